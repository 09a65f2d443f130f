import { describe } from '@jest/globals';
import type { Issuer } from '../../../harness/issuer.js';
import { openTarget, testRefusals, type Attack, type Code } from '../../../harness/http-target.js';
import { compactBytes } from './forge.js';

const target = openTarget();

const headOf = ({ key }: Issuer) => JSON.stringify({ kid: key.kid, alg: 'RS256' });
const payloadOf = (issuer: Issuer) => JSON.stringify(issuer.accessClaims());

type Change = (text: string) => string | Buffer;

/** Signed with the genuine key; only the text of header or payload is wrong. */
const inHeader = (name: string, change: Change): Attack => [
  name,
  ({ customers }) =>
    compactBytes(Buffer.from(change(headOf(customers)) as string), Buffer.from(payloadOf(customers)), customers.key),
];
const inPayload = (name: string, change: Change, code: Code = 'token_invalid'): Attack => [
  name,
  ({ customers }) =>
    compactBytes(Buffer.from(headOf(customers)), Buffer.from(change(payloadOf(customers)) as string), customers.key),
  code,
];

const bytes = (text: string, hex: string) =>
  Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(`,"x":"`), Buffer.from(hex, 'hex'), Buffer.from('"}')]);

const notAnObject: [string, Change][] = [
  ['a list', (text) => `[${text}]`],
  ['a string', (text) => JSON.stringify(text)],
  ['a number', () => '1'],
  ['true', () => 'true'],
  ['null', () => 'null'],
  ['an empty object', () => '{}'],
  ['an empty list', () => '[]'],
  ['white space', () => ' '],
  ['an unquoted word', () => 'undefined'],
  ['NaN', () => 'NaN'],
];

const notJson: [string, Change][] = [
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a trailing comma', (text) => text.replace('}', ',}')],
  ['a comment', (text) => text.replace('{', '{/* */')],
  ['single quotes', (text) => text.replaceAll('"', "'")],
  ['unquoted names', (text) => text.replaceAll(/"(\w+)":/g, '$1:')],
  ['NaN as a value', (text) => text.replace('{', '{"x":NaN,')],
  ['Infinity as a value', (text) => text.replace('{', '{"x":Infinity,')],
  ['a hexadecimal number', (text) => text.replace('{', '{"x":0x10,')],
  ['a leading zero', (text) => text.replace('{', '{"x":010,')],
  ['a plus sign', (text) => text.replace('{', '{"x":+1,')],
  ['a control character in a string', (text) => text.replace('{', '{"x":"\n",')],
  ['an unknown escape', (text) => text.replace('{', '{"x":"\\x41",')],
  ['half an escape', (text) => text.replace('{', '{"x":"\\u00",')],
  ['two documents', (text) => text + text],
  ['garbage after it', (text) => `${text}x`],
  ['a NUL after it', (text) => `${text}\0`],
  ['a NUL before it', (text) => `\0${text}`],
  ['without its end', (text) => text.slice(0, -1)],
  ['without its start', (text) => text.slice(1)],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16 with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['XML', () => '<claims/>'],
  ['a function', () => '(function(){})()'],
];

const notUtf8: [string, Change][] = [
  ['a lone continuation byte', (text) => bytes(text, '80')],
  ['Latin-1', (text) => bytes(text, 'e9')],
  ['an overlong slash', (text) => bytes(text, 'c0af')],
  ['an overlong NUL', (text) => bytes(text, 'c080')],
  ['a surrogate in bytes', (text) => bytes(text, 'eda080')],
  ['a pair of surrogates in bytes', (text) => bytes(text, 'eda080edb080')],
  ['a code point past the last', (text) => bytes(text, 'f4908080')],
  ['a sequence cut short', (text) => bytes(text, 'e282')],
  ['FF', (text) => bytes(text, 'ff')],
];

/** Of duplicate members the last counts, which here is the bad one. */
const twice = (member: string, value: unknown, code?: Code) =>
  inPayload(
    `${member} twice, the last ${JSON.stringify(value)}`,
    (text) => text.replace(/\}$/, `,"${member}":${JSON.stringify(value)}}`),
    code,
  );

const duplicates: Attack[] = [
  inHeader('alg twice, the last none', (text) => text.replace(/\}$/, ',"alg":"none"}')),
  inHeader('alg twice, the last HS256', (text) => text.replace(/\}$/, ',"alg":"HS256"}')),
  inHeader('alg twice, the last escaped', (text) => text.replace(/\}$/, ',"\\u0061lg":"none"}')),
  inHeader('alg escaped, none', (text) => text.replace('"alg":"RS256"', '"\\u0061\\u006c\\u0067":"none"')),
  inHeader('none in escapes', (text) => text.replace('"RS256"', '"\\u006e\\u006f\\u006e\\u0065"')),
  inHeader('kid twice, the last unknown', (text) => text.replace(/\}$/, ',"kid":"unknown"}')),
  inHeader('kid twice, the last escaped and unknown', (text) => text.replace(/\}$/, ',"\\u006bid":"unknown"}')),
  inHeader('crit in escapes', (text) => text.replace(/\}$/, ',"\\u0063rit":["exp"]}')),
  inHeader('alg in upper case only', (text) => text.replace('"alg"', '"ALG"')),
  twice('iss', 'https://example.com'),
  twice('exp', 1, 'token_expired'),
  twice('exp', 'never'),
  twice('iat', 99_999_999_999, 'token_not_yet_valid'),
  twice('nbf', 99_999_999_999, 'token_not_yet_valid'),
  twice('sub', ''),
  twice('token_use', 'refresh'),
  twice('token_use', 'id'),
  twice('client_id', 'somebody-else'),
  twice('\\u0065xp', 1, 'token_expired'),
  twice('\\u0069ss', 'https://example.com'),
];

const prototypes: Attack[] = [
  inHeader('the members under __proto__', (text) => `{"__proto__":${text}}`),
  inHeader('the members under constructor.prototype', (text) => `{"constructor":{"prototype":${text}}}`),
  inHeader('alg under __proto__', (text) => text.replace('"alg":"RS256"', '"__proto__":{"alg":"RS256"}')),
  inHeader('kid under __proto__', (text) => text.replace(/"kid":"[^"]*"/, '"__proto__":{"kid":"x"}')),
  inPayload('the claims under __proto__', (text) => `{"__proto__":${text}}`),
  inPayload('the claims under constructor.prototype', (text) => `{"constructor":{"prototype":${text}}}`),
  ...['iss', 'sub', 'exp', 'iat', 'token_use', 'client_id'].map((member) =>
    inPayload(`${member} under __proto__`, (text) => {
      const { [member]: value, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify(rest).replace('{', `{"__proto__":${JSON.stringify({ [member]: value })},`);
    }),
  ),
];

describe.each([
  ['a header that is', inHeader],
  ['a payload that is', inPayload],
] as const)('%s', (_part, change) => {
  testRefusals(
    target,
    [...notAnObject, ...notJson, ...notUtf8].map(([name, how]) => change(name, how)),
  );
});

describe('duplicate and escaped members', () => {
  testRefusals(target, duplicates);
});

describe('prototypes', () => {
  testRefusals(target, prototypes);
});
