import { describe } from '@jest/globals';
import { openTarget, testRefusals, type Attack } from '../../../harness/http-target.js';
import { changeSegment } from './forge.js';

const target = openTarget();

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes with another last character, which differs only in the bits that no byte uses. */
function withLooseBits(segment: string) {
  const last = ALPHABET.indexOf(segment.at(-1) ?? '');
  return segment.slice(0, -1) + ALPHABET[last + 1];
}

const insert = (text: string) => (segment: string) => segment.slice(0, 40) + text + segment.slice(40);
const bytesOf = (segment: string) => Buffer.from(segment, 'base64url');

const changes: [string, (segment: string) => string][] = [
  ['with padding', (segment) => `${segment}=`],
  ['with two padding characters', (segment) => `${segment}==`],
  ['with padding in its middle', insert('=')],
  ['with padding before it', (segment) => `=${segment}`],
  ['with a plus sign', insert('+')],
  ['with a slash', insert('/')],
  ['with a plus sign instead of a character', (segment) => `${segment.slice(0, 40)}+${segment.slice(41)}`],
  ['with percent-encoded padding', (segment) => `${segment}%3D`],
  [
    'percent-encoded',
    (segment) => segment.replaceAll(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`).slice(0, 2400),
  ],
  ['with an exclamation mark', insert('!')],
  ['with a tilde', insert('~')],
  ['with a colon', insert(':')],
  ['with a quote', insert('"')],
  ['with a backslash', insert('\\')],
  ['with a semicolon', insert(';')],
  ['with a star', insert('*')],
  ['with a byte of Latin-1', insert('\u00e9')],
  ['with a no-break space', insert('\u00a0')],
  ['with a soft hyphen', insert('\u00ad')],
  ['with one character more', (segment) => `${segment}A`],
  ['with four characters more', (segment) => `${segment}AAAA`],
  ['with one character less', (segment) => segment.slice(0, -1)],
  ['with four characters less', (segment) => segment.slice(0, -4)],
  ['without its first character', (segment) => segment.slice(1)],
  ['in reverse', (segment) => segment.split('').reverse().join('')],
  ['in upper case', (segment) => segment.toUpperCase()],
  ['in hex', (segment) => bytesOf(segment).toString('hex')],
  ['in base64 twice', (segment) => Buffer.from(segment).toString('base64url')],
  ['as plain text', (segment) => encodeURI(bytesOf(segment).toString('latin1')).replaceAll(/[,.]/g, '')],
  ['twice', (segment) => segment + segment],
  ['empty', () => ''],
  ['of one character', () => 'A'],
  ['of zeros', (segment) => 'A'.repeat(segment.length)],
];

describe.each([
  ['header', 0],
  ['payload', 1],
  ['signature', 2],
])('a %s', (_name, index) => {
  testRefusals(
    target,
    changes.map(([name, change]): Attack => [
      name,
      ({ customers }) => changeSegment(customers.accessToken(), index, change),
    ]),
  );
});

describe('another spelling of the signature', () => {
  testRefusals(target, [
    ['with bits that no byte uses', ({ customers }) => changeSegment(customers.accessToken(), 2, withLooseBits)],
    [
      'in base64 with padding',
      ({ customers }) =>
        changeSegment(
          customers.accessToken(),
          2,
          (segment) => `${bytesOf(segment).toString('base64').replaceAll('=', '')}==`,
        ),
    ],
  ]);
});

describe('a token cut short', () => {
  testRefusals(
    target,
    [1, 2, 3, 4, 10, 100, 341, 342, 343, 344, 400].map((count): Attack => [
      `by ${count} characters`,
      ({ customers }) => customers.accessToken().slice(0, -count),
    ]),
  );
});
