import { describe } from '@jest/globals';
import { openTarget, testRefusals, type Attack } from '../../../harness/http-target.js';

const target = openTarget();

const lookAlikes: [string, (issuer: string) => unknown][] = [
  ['missing', () => undefined],
  ['null', () => null],
  ['empty', () => ''],
  ['a number', () => 0],
  ['true', () => true],
  ['in a list', (issuer) => [issuer]],
  ['in a list of two', (issuer) => [issuer, 'https://example.com']],
  ['in an object', (issuer) => ({ iss: issuer })],
  ['in upper case', (issuer) => issuer.toUpperCase()],
  ['with its host in upper case', (issuer) => issuer.replace('cognito-idp', 'COGNITO-IDP')],
  ['with its scheme in upper case', (issuer) => issuer.replace('https', 'HTTPS')],
  ['with its pool in lower case and one character more', (issuer) => `${issuer.toLowerCase()}x`],
  ['with a slash after it', (issuer) => `${issuer}/`],
  ['with two slashes after it', (issuer) => `${issuer}//`],
  ['with two slashes in it', (issuer) => issuer.replace('.com/', '.com//')],
  ['with a dot segment', (issuer) => issuer.replace('.com/', '.com/./')],
  ['with a parent segment', (issuer) => issuer.replace('.com/', '.com/x/../')],
  ['with a backslash', (issuer) => issuer.replace('.com/', '.com\\')],
  ['with the port 443', (issuer) => issuer.replace('.com/', '.com:443/')],
  ['with an empty port', (issuer) => issuer.replace('.com/', '.com:/')],
  ['with another port', (issuer) => issuer.replace('.com/', '.com:8443/')],
  ['with http', (issuer) => issuer.replace('https', 'http')],
  ['without a scheme', (issuer) => issuer.replace('https://', '')],
  ['with slashes but no scheme', (issuer) => issuer.replace('https:', '')],
  ['with user information', (issuer) => issuer.replace('https://', 'https://cognito@')],
  ['as user information of another host', (issuer) => `${issuer.replace('.com/', '.com%2F')}@example.com`],
  ['with a query', (issuer) => `${issuer}?`],
  ['with a fragment', (issuer) => `${issuer}#`],
  ['in the query of another', (issuer) => `https://example.com/?${issuer}`],
  ['in the fragment of another', (issuer) => `https://example.com/#${issuer}`],
  ['in the path of another', (issuer) => `https://example.com/${issuer}`],
  ['with a dot after the host', (issuer) => issuer.replace('.com/', '.com./')],
  ['on a sub-domain', (issuer) => issuer.replace('https://', 'https://evil.')],
  ['on another domain', (issuer) => issuer.replace('amazonaws.com', 'amazonaws.com.example.com')],
  ['on a domain that ends the same', (issuer) => issuer.replace('amazonaws', 'xamazonaws')],
  ['in the Chinese partition', (issuer) => issuer.replace('.com/', '.com.cn/')],
  ['of the FIPS endpoint', (issuer) => issuer.replace('cognito-idp', 'cognito-idp-fips')],
  ['of a multi-Region pool', (issuer) => issuer.replace('cognito-idp', 'issuer-cognito-idp')],
  ['of another region', (issuer) => issuer.replace('cognito-idp.eu-west-1', 'cognito-idp.us-east-1')],
  ['of another region, everywhere', (issuer) => issuer.replaceAll('eu-west-1', 'us-east-1')],
  ['of a pool one character longer', (issuer) => `${issuer}a`],
  ['of a pool one character shorter', (issuer) => issuer.slice(0, -1)],
  ['of identity pools', () => 'cognito-identity.amazonaws.com'],
  ['with a Cyrillic letter', (issuer) => issuer.replace('a', '\u0430')],
  ['with full-width characters', (issuer) => issuer.replace('com', 'ｃｏｍ')],
  ['with an ideographic full stop', (issuer) => issuer.replace('.com', '\u3002com')],
  ['with a combining accent', (issuer) => issuer.replace('cognito', 'cogni\u0301to')],
  ['with a zero-width space', (issuer) => issuer.replace('cognito', 'cog\u200Bnito')],
  ['with a right-to-left mark', (issuer) => `${issuer}\u200F`],
  ['with a soft hyphen', (issuer) => issuer.replace('-', '\u00AD')],
  ['percent-encoded', (issuer) => issuer.replace('_', '%5F')],
  ['with a space before it', (issuer) => ` ${issuer}`],
  ['with a space after it', (issuer) => `${issuer} `],
  ['with a line break after it', (issuer) => `${issuer}\n`],
  ['with a NUL after it', (issuer) => `${issuer}\0`],
  ['followed by another', (issuer) => `${issuer} https://example.com`],
  ['with the JWKS path', (issuer) => `${issuer}/.well-known/jwks.json`],
  ['__proto__', () => '__proto__'],
  ['the name of the pool', () => 'customers'],
];

const attacks: Attack[] = [
  ...lookAlikes.map(([name, change]): Attack => [
    `an issuer ${name}`,
    ({ customers }) => customers.accessToken({ iss: change(customers.pool.issuer) }),
  ]),
  ['the pool id alone', ({ customers }) => customers.accessToken({ iss: customers.pool.userPoolId })],
  ['the JWKS URI', ({ customers }) => customers.accessToken({ iss: customers.pool.jwksUri })],
  ["another pool's issuer, our key", ({ customers, staff }) => customers.accessToken({ iss: staff.pool.issuer })],
  [
    "another pool's issuer and client, our key",
    ({ customers, staff }) => customers.accessToken({ iss: staff.pool.issuer, client_id: staff.clientId }),
  ],
  [
    "our issuer and client, another pool's key",
    ({ customers, staff }) => staff.accessToken({ iss: customers.pool.issuer, client_id: customers.clientId }),
  ],
];

describe('look-alike issuers, signed with the genuine key', () => {
  testRefusals(target, attacks);
});
