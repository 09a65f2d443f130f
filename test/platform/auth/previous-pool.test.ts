import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import { createPool, createPools } from '../../../app/platform/auth/pool.js';
import { startPoolKeys, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { createVerifier, type Verifier } from '../../../app/platform/auth/verifier.js';
import { parsePools } from '../../../app/platform/config/pools-setting.js';
import { startIssuer, signJwt, type Issuer } from '../../harness/issuer.js';
import { header } from './attacks/forge.js';

/** Two pools of one name, while people move from one to the other. */
let [current, previous]: Issuer[] = [];
let pools: TrustedPool[];
let verifier: Verifier;

const settingsOf = ({ pool: { userPoolId, jwksUri }, clientId }: Issuer) => ({
  userPoolId,
  jwksUri,
  clientIds: [clientId],
});
const issuers = () => [current, previous] as [Issuer, Issuer];

beforeAll(async () => {
  [current, previous] = await Promise.all([startIssuer(), startIssuer()]);
  const [now, before] = issuers();
  const settings = { ...settingsOf(now), previous: settingsOf(before) };
  pools = startPoolKeys(createPools('customers', settings), { refreshSeconds: 600, log: pino({ level: 'silent' }) });
  await Promise.all(pools.map(({ keys }) => keys.refresh()));
  verifier = createVerifier({ pools, tokenCacheSize: 10 });
});
afterAll(async () => {
  for (const { keys } of pools) keys.close();
  await Promise.all(issuers().map((issuer) => issuer.close()));
});

const expectRefused = (token: string, reason: string) =>
  expect((async () => verifier.verify(token))()).rejects.toMatchObject({ status: 401, reason });

test('callers of both are callers of the one pool, each by its own subject', () => {
  const callers = issuers().map((issuer) => verifier.verify(issuer.accessToken()));
  expect(callers).toMatchObject([
    { pool: 'customers', subject: current?.accessClaims()['sub'] },
    { pool: 'customers', subject: previous?.accessClaims()['sub'] },
  ]);
});

test.each(['of the previous pool as the current one', 'of the current pool as the previous one'])(
  'keys and clients %s prove nothing',
  async (name) => {
    const [now, before] = issuers();
    const [signer, claimed] = name.startsWith('of the previous') ? [before, now] : [now, before];
    const asClaimed = { iss: claimed.pool.issuer, client_id: claimed.clientId };
    await expectRefused(signer.accessToken(asClaimed), 'key_unknown');
    await expectRefused(signJwt(header(claimed), claimed.accessClaims(), signer.key), 'signature');
    await expectRefused(claimed.accessToken({ client_id: signer.clientId }), 'client');
  },
);

test('two pools that nobody moves between may not share a name, nor any two an issuer', () => {
  const keys = (pools[0] as TrustedPool).keys;
  const two = issuers().map((issuer) => ({ pool: createPool('customers', settingsOf(issuer)), keys }));
  const twin = createPools('customers', { ...settingsOf(issuers()[0]), previous: settingsOf(issuers()[0]) });
  for (const refused of [two, twin.map((pool) => ({ pool, keys }))])
    expect(() => createVerifier({ pools: refused })).toThrow('Pools must differ in name and issuer');
});

const userPoolId = 'eu-west-1_AbCdEfGhI';
const clientIds = ['a'];
const parse = (before: unknown) =>
  parsePools(JSON.stringify({ customers: { userPoolId, clientIds, previous: before } }));

test('COGNITO_POOLS names the previous pool within the one of its name', () => {
  const before = { userPoolId: 'eu-west-1_Before', clientIds: ['b'] };
  expect(parse(before)).toEqual({
    pools: [['customers', { userPoolId, clientIds, previous: before }]],
    problems: [],
    warnings: [],
  });
});

test.each([
  ['a text', 'x', 'customers.previous must be an object'],
  ['without clients', { userPoolId: 'eu-west-1_Before' }, 'customers.previous.clientIds must be a list'],
  ['without an id', { clientIds }, 'customers.previous.userPoolId is missing.'],
  ['the same pool', { userPoolId, clientIds }, 'customers and customers.previous have the same issuer'],
  [
    'with a previous one',
    { userPoolId: 'eu-west-1_B', clientIds, previous: {} },
    'customers.previous.previous is not known',
  ],
  [
    'elsewhere',
    { userPoolId: 'eu-west-1_B', clientIds, issuer: 'https://x.example' },
    "customers.previous.issuer must be Cognito's own",
  ],
])('a previous pool that is %s is refused', (_name, before, problem) => {
  expect(parse(before).problems).toEqual([expect.stringContaining(`COGNITO_POOLS: ${problem}`)]);
});
