import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { carriedBy, createSigningKey, startIssuer, type Issuer } from '../harness/issuer.js';
import { COMMAND, newPerson, type Person } from './environment.js';

let dir: string;
let person: Person;
let customers: Issuer;
let staff: Issuer;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'carry-keys-'));
  person = await newPerson(dir, {});
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
});
beforeEach(() => {
  for (const issuer of [customers, staff]) Object.assign(issuer, { published: [issuer.key], answer: undefined });
});
afterAll(async () => {
  await Promise.all([customers.close(), staff.close()]);
  await rm(dir, { recursive: true });
});

const file = () => join(person.home, 'keys.auto.tfvars.json');
const written = async () =>
  JSON.stringify((JSON.parse(await readFile(file(), 'utf8')) as { carried_keys: unknown }).carried_keys);
const keysOf = (issuer: Issuer) =>
  (JSON.parse(carriedBy(issuer)) as Record<string, { kid: string }[]>)[issuer.pool.userPoolId] ?? [];

/** The output `signing_keys`, where the functions carry these keys. */
const outputOf = (issuers: readonly Issuer[], carried: readonly object[] = []) =>
  Object.fromEntries(issuers.map(({ pool }) => [pool.userPoolId, { jwks_uri: pool.jwksUri, carried }]));

function carry(value: unknown, ...flags: string[]) {
  const outputs = value === undefined ? {} : { signing_keys: { value } };
  return person.run(['carry-keys', '--out', file(), ...flags], { input: JSON.stringify(outputs) });
}

describe('carry-keys', () => {
  test('writes what each pool publishes, as public keys and no more', async () => {
    const { code, stderr, stdout } = await carry(outputOf([customers, staff]));
    expect([code, stdout, stderr]).toEqual([0, '', 'Keys:   2 of 2 pools, for the functions to start with.\n']);
    expect(JSON.parse(await written())).toEqual(JSON.parse(carriedBy(customers, staff)));
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('writes the same bytes whatever order they are published in', async () => {
    const keys = [createSigningKey(), createSigningKey()];
    customers.published = keys;
    await carry(outputOf([customers]));
    const before = await written();
    customers.published = keys.toReversed();
    await carry(outputOf([customers]));
    expect(await written()).toBe(before);
    expect(keysOf(customers)).toHaveLength(2);
  });

  test('reads them from the AWS on this machine that AWS_ENDPOINT_URL names', async () => {
    const { userPoolId, jwksUri } = customers.pool;
    const jwks_uri = `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}/.well-known/jwks.json`;
    const { code } = await person.run(['carry-keys', '--out', file()], {
      input: JSON.stringify({ signing_keys: { value: { [userPoolId]: { jwks_uri, carried: [] } } } }),
      env: { AWS_ENDPOINT_URL: new URL(jwksUri).origin },
    });
    expect(code).toBe(0);
    expect(JSON.parse(await written())).toEqual(JSON.parse(carriedBy(customers)));
  });

  test('prints them under --json', async () => {
    const { stdout } = await carry(outputOf([customers]), '--json');
    expect(JSON.parse(stdout)).toEqual({ file: file(), keys: JSON.parse(carriedBy(customers)) as unknown });
  });

  test('writes none for a first deployment, whose pools do not exist yet', async () => {
    await carry(outputOf([customers]));
    const { code, stderr } = await carry(undefined);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'Keys:   none is carried yet: the first deployment makes the pools, the next one carries their keys.\n',
    );
    expect(await written()).toBe('{}');
  });

  test.each([
    ['none is carried', []],
    ['those of the last deployment are carried on', undefined],
  ])('keeps what the functions carry where the endpoint is down: %s', async (kept, none) => {
    staff.answer = (_request, response) => response.writeHead(500).end();
    const carried = none ?? keysOf(staff);
    const { code, stderr } = await carry(outputOf([customers, staff], carried));
    expect(code).toBe(0);
    expect(stderr).toBe(
      `Keys:   those of ${staff.pool.userPoolId} are unavailable (the endpoint answered 500, not 200): ${kept}.\n` +
        `Keys:   ${1 + carried.length} of 2 pools, for the functions to start with.\n`,
    );
    expect(JSON.parse(await written())).toEqual(
      JSON.parse(carried.length === 0 ? carriedBy(customers) : carriedBy(customers, staff)),
    );
  });

  test('takes no key that the app would refuse', async () => {
    customers.published = [createSigningKey(1024)];
    const { stderr } = await carry(outputOf([customers]));
    expect(stderr).toContain('no RSA signing key of 2048 bits or more): none is carried.');
    expect(await written()).toBe('{}');
  });

  const cognitos = 'https://cognito-idp.eu-west-1.amazonaws.com';
  test.each<[string, unknown, string]>([
    ['a text', 'x', 'signing_keys is not a map of user pools'],
    ['something that is no pool id', { customers: {} }, 'signing_keys: customers is no user pool id'],
    ['no address', { 'eu-west-1_A': null }, "eu-west-1_A.jwks_uri is not Cognito's own"],
    ['an address elsewhere', { 'eu-west-1_A': { jwks_uri: 'https://evil.example/jwks.json' } }, 'jwks_uri is not'],
    [
      "another pool's address",
      { 'eu-west-1_A': { jwks_uri: `${cognitos}/eu-west-1_B/.well-known/jwks.json` } },
      'eu-west-1_A.jwks_uri is not',
    ],
    [
      'no keys that are carried',
      { 'eu-west-1_A': { jwks_uri: `${cognitos}/eu-west-1_A/.well-known/jwks.json`, carried: [{}] } },
      'eu-west-1_A.carried is not a list of public keys',
    ],
  ])('refuses an output with %s, and leaves the file as it is', async (_name, value, problem) => {
    await carry(outputOf([customers]));
    const before = await written();
    const { code, stderr } = await carry(value, '--json');
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint: string } };
    expect([code, error.code]).toEqual([2, 'outputs_invalid']);
    expect(error.message).toContain(problem);
    expect(error.hint).toContain(`terraform -chdir=infra output -json | ${COMMAND} carry-keys`);
    expect(await written()).toBe(before);
  });
});
