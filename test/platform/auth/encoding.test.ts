import { describe } from '@jest/globals';
import { openTarget, testRefusals, type Attack } from '../../harness/http-target.js';
import { changePart } from './forge.js';

const target = openTarget();

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes under another last letter: the bits that no byte uses. */
function withLooseBits(part: string) {
  const last = ALPHABET.indexOf(part.at(-1) ?? '');
  return part.slice(0, -1) + ALPHABET[last + 1];
}

const insert = (text: string) => (part: string) => part.slice(0, 40) + text + part.slice(40);
const bytesOf = (part: string) => Buffer.from(part, 'base64url');

const changes: [string, (part: string) => string][] = [
  ['with padding', (part) => `${part}=`],
  ['with two signs of padding', (part) => `${part}==`],
  ['with padding in its middle', insert('=')],
  ['with padding before it', (part) => `=${part}`],
  ['with a plus sign', insert('+')],
  ['with a slash', insert('/')],
  ['with a plus sign in the place of a letter', (part) => `${part.slice(0, 40)}+${part.slice(41)}`],
  ['with percent-encoded padding', (part) => `${part}%3D`],
  [
    'percent-encoded',
    (part) => part.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`).slice(0, 2400),
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
  ['with a letter more', (part) => `${part}A`],
  ['with four letters more', (part) => `${part}AAAA`],
  ['with a letter less', (part) => part.slice(0, -1)],
  ['with four letters less', (part) => part.slice(0, -4)],
  ['without its first letter', (part) => part.slice(1)],
  ['in reverse', (part) => part.split('').reverse().join('')],
  ['in capitals', (part) => part.toUpperCase()],
  ['in hex', (part) => bytesOf(part).toString('hex')],
  ['in base64 twice', (part) => Buffer.from(part).toString('base64url')],
  ['in the clear', (part) => encodeURI(bytesOf(part).toString('latin1')).replaceAll(/[,.]/g, '')],
  ['twice', (part) => part + part],
  ['empty', () => ''],
  ['of one letter', () => 'A'],
  ['of zeros', (part) => 'A'.repeat(part.length)],
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
      ({ customers }) => changePart(customers.accessToken(), index, change),
    ]),
  );
});

describe('a signature spelt otherwise', () => {
  testRefusals(target, [
    ['with bits that no byte uses', ({ customers }) => changePart(customers.accessToken(), 2, withLooseBits)],
    [
      'in base64 with padding',
      ({ customers }) =>
        changePart(customers.accessToken(), 2, (part) => `${bytesOf(part).toString('base64').replaceAll('=', '')}==`),
    ],
  ]);
});

describe('a token cut short', () => {
  testRefusals(
    target,
    [1, 2, 3, 4, 10, 100, 341, 342, 343, 344, 400].map((letters): Attack => [
      `by ${letters} letters`,
      ({ customers }) => customers.accessToken().slice(0, -letters),
    ]),
  );
});
