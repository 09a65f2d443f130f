import { describe, expect, test } from '@jest/globals';
import { integer, oneOf, onOff, text } from '../../../app/platform/config/setting.js';
import {
  readAuthorizerSettings,
  readLambdaSettings,
  readLocalSettings,
} from '../../../app/platform/config/settings.js';
import { StartError } from '../../../app/platform/config/start-error.js';

const pool = { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['client'] };
const pools = (customers: object) => ({ COGNITO_POOLS: JSON.stringify({ customers: { ...pool, ...customers } }) });
const readLocal = (env: NodeJS.ProcessEnv) => readLocalSettings(env, {});

function problemsOf(read: () => unknown) {
  try {
    read();
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return 'none';
}

describe('settings that are right', () => {
  test('an empty environment has a default for everything locally', () => {
    expect(readLocal({})).toEqual({
      runtime: 'local',
      pools: 'emulated',
      table: 'emulated',
      own: {},
      warnings: [],
      HOST: '127.0.0.1',
      PORT: 3000,
      LOCAL_COGNITO_PORT: 9229,
      LOCAL_COGNITO_ISSUER: 'local',
      LOCAL_COGNITO_HOSTS: [],
      LOCAL_DIR: '.local',
      CORS_ORIGINS: [],
      JWKS_REFRESH_SECONDS: 600,
      JWKS_MAX_STALE_SECONDS: 86_400,
      TOKEN_CACHE_SIZE: 10_000,
      REVOCATION_UNAVAILABLE: 'refuse',
      LOG_LEVEL: 'info',
      DOCS: true,
      METRICS: false,
    });
  });

  test('an empty variable counts as absent', () => {
    expect(readLocal({ PORT: '', COGNITO_POOLS: '', TABLE_NAME: '' })).toEqual(readLocal({}));
  });

  test('each variable is read', () => {
    const env = {
      ...pools({}),
      TABLE_NAME: 'table',
      HOST: '::1',
      PORT: '0',
      LOCAL_COGNITO_PORT: '1',
      LOCAL_COGNITO_ISSUER: 'aws',
      LOCAL_COGNITO_HOSTS: 'host.docker.internal, 10.0.2.2',
      LOCAL_DIR: '/home/x',
      CORS_ORIGINS: 'https://a.example, http://localhost:8080',
      JWKS_REFRESH_SECONDS: '1',
      JWKS_MAX_STALE_SECONDS: '60',
      TOKEN_CACHE_SIZE: '0',
      REVOCATION_UNAVAILABLE: 'admit',
      LOG_LEVEL: 'trace',
      DOCS: 'off',
      METRICS: 'on',
    };
    expect(readLocal(env)).toMatchObject({
      pools: [{ name: 'customers' }],
      table: { name: 'table' },
      HOST: '::1',
      PORT: 0,
      LOCAL_COGNITO_PORT: 1,
      LOCAL_COGNITO_ISSUER: 'aws',
      LOCAL_COGNITO_HOSTS: ['host.docker.internal', '10.0.2.2'],
      LOCAL_DIR: '/home/x',
      CORS_ORIGINS: ['https://a.example', 'http://localhost:8080'],
      JWKS_REFRESH_SECONDS: 1,
      JWKS_MAX_STALE_SECONDS: 60,
      TOKEN_CACHE_SIZE: 0,
      REVOCATION_UNAVAILABLE: 'admit',
      LOG_LEVEL: 'trace',
      DOCS: false,
      METRICS: true,
    });
  });

  test('issuer and JWKS URI follow from the pool id', () => {
    expect(readLocal(pools({})).pools).toMatchObject([
      {
        name: 'customers',
        issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
        jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json',
      },
    ]);
  });

  test('a multi-Region issuer brings its own JWKS URI', () => {
    const issuer = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
    const settings = readLocal(pools({ issuer }));
    expect(settings.pools).toMatchObject([{ issuer, jwksUri: `${issuer}/.well-known/jwks.json` }]);
    expect(settings.warnings).toEqual([]);
  });

  test('a pool may be for access tokens alone', () => {
    expect(readLocal(pools({ tokenUse: ['access'] })).pools).toMatchObject([{ tokenUse: new Set(['access']) }]);
  });

  test('a pool may say where people sign in to it, and through which client', () => {
    const signIn = { publicClientId: 'client', domainUrl: 'https://login.example.com' };
    expect(readLocal(pools(signIn)).pools).toMatchObject([signIn]);
    expect(readLocal(pools({ domainUrl: 'http://127.0.0.1:9229' })).warnings).toEqual([]);
  });

  test.each(['http://127.0.0.1:5000', 'http://localhost:5000', 'http://[::1]:5000'])(
    'an emulator at %s is trusted with a warning',
    (origin) => {
      const { warnings } = readLocal(pools({ jwksUri: `${origin}/jwks.json` }));
      expect(warnings).toEqual([expect.stringContaining('customers.jwksUri')]);
    },
  );

  test('the settings are frozen', () => {
    expect(Object.isFrozen(readLocal(pools({})))).toBe(true);
  });
});

describe('the role of tenants', () => {
  const lambda = (TENANT_ROLE_ARN: string) => () =>
    readLambdaSettings({ ...pools({}), TABLE_NAME: 'table', TENANT_ROLE_ARN }, {});

  test.each(['arn:aws:iam::123456789012:role/a-tenant', 'arn:aws-us-gov:iam::123456789012:role/path/a@b,c'])(
    'is %s in Lambda, and never assumed locally',
    (arn) => {
      expect(lambda(arn)().TENANT_ROLE_ARN).toBe(arn);
      expect(readLocal({ TENANT_ROLE_ARN: arn })).not.toHaveProperty('TENANT_ROLE_ARN');
    },
  );

  test('is none without the variable', () => expect(lambda('')().TENANT_ROLE_ARN).toBeUndefined());

  test.each([
    'a-tenant',
    'arn:aws:iam::123456789012:user/a',
    'arn:aws:iam::12345:role/a',
    'arn:aws:sts::123456789012:role/a',
  ])('stops the start where it is %s', (arn) => {
    expect(problemsOf(lambda(arn))).toContain("TENANT_ROLE_ARN must be a role's ARN such as arn:aws:iam::");
  });
});

describe('settings that are wrong stop the start', () => {
  test.each([
    ['PORT', { PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535, but is "abc".'],
    ['PORT', { PORT: '65536' }, 'PORT'],
    ['PORT', { PORT: '3e3' }, 'PORT'],
    ['PORT', { PORT: '-1' }, 'PORT'],
    ['LOCAL_COGNITO_PORT', { LOCAL_COGNITO_PORT: '65536' }, 'LOCAL_COGNITO_PORT'],
    ['LOCAL_COGNITO_ISSUER', { LOCAL_COGNITO_ISSUER: 'mine' }, 'LOCAL_COGNITO_ISSUER must be one of local, aws'],
    ['LOCAL_COGNITO_HOSTS', { LOCAL_COGNITO_HOSTS: '*' }, 'LOCAL_COGNITO_HOSTS must list host names'],
    ['LOCAL_COGNITO_HOSTS', { LOCAL_COGNITO_HOSTS: 'http://a' }, 'LOCAL_COGNITO_HOSTS must list host names'],
    ['JWKS_REFRESH_SECONDS', { JWKS_REFRESH_SECONDS: '0' }, 'from 1 to 86400'],
    ['JWKS_MAX_STALE_SECONDS', { JWKS_MAX_STALE_SECONDS: '59' }, 'from 60 to 604800'],
    ['REVOCATION_UNAVAILABLE', { REVOCATION_UNAVAILABLE: 'off' }, 'must be one of refuse, admit'],
    ['TOKEN_CACHE_SIZE', { TOKEN_CACHE_SIZE: '1000001' }, 'from 0 to 1000000'],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of silent'],
    ['DOCS', { DOCS: 'yes' }, 'DOCS must be "on" or "off"'],
    ['METRICS', { METRICS: '1' }, 'METRICS must be "on" or "off"'],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS must list exact origins'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example/path' }, 'CORS_ORIGINS'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'null' }, 'CORS_ORIGINS'],
    ['broken JSON', { COGNITO_POOLS: '{' }, 'COGNITO_POOLS is not JSON'],
    ['a list of pools', { COGNITO_POOLS: '[]' }, 'COGNITO_POOLS must be a JSON object'],
    ['no pools', { COGNITO_POOLS: '{}' }, 'COGNITO_POOLS must be a JSON object of one or more pools'],
    ['a pool that is no object', { COGNITO_POOLS: '{"customers":null}' }, 'customers must be an object'],
    ['no userPoolId', pools({ userPoolId: undefined }), 'customers.userPoolId is missing'],
    ['a garbled userPoolId', pools({ userPoolId: 'AbCdEfGhI' }), 'customers.userPoolId must look like'],
    ['a userPoolId with a path', pools({ userPoolId: 'eu-west-1_x/../y' }), 'customers.userPoolId'],
    ['no client ids', pools({ clientIds: [] }), 'customers.clientIds must be a list of one or more'],
    ['an empty client id', pools({ clientIds: [''] }), 'customers.clientIds'],
    ['an unknown token use', pools({ tokenUse: ['refresh'] }), 'customers.tokenUse must be a list of'],
    ['no token use', pools({ tokenUse: [] }), 'customers.tokenUse must be a list of'],
    [
      'a public client that is not trusted',
      pools({ publicClientId: 'other' }),
      'publicClientId must be one of clientIds',
    ],
    [
      'a domain without TLS',
      pools({ domainUrl: 'http://login.example' }),
      'customers.domainUrl must be https:// and a',
    ],
    [
      'a domain with a path',
      pools({ domainUrl: 'https://login.example/' }),
      'customers.domainUrl must be https:// and a',
    ],
    ['a misspelt member', pools({ jwksURI: 'https://x.example' }), 'customers.jwksURI is not known'],
    ['a JWKS URI that is not loopback', pools({ jwksUri: 'http://10.0.0.1/jwks.json' }), 'customers.jwksUri must be'],
    ['a JWKS URI of somebody else', pools({ jwksUri: 'https://evil.example/jwks.json' }), 'customers.jwksUri must be'],
    ['a host that only looks like loopback', pools({ jwksUri: 'http://127.0.0.1.evil.example/' }), 'jwksUri must be'],
    ['an issuer of somebody else', pools({ issuer: 'https://evil.example' }), 'customers.issuer must be'],
    ['an issuer that is no URL', pools({ issuer: 'customers' }), 'customers.issuer must be a URL'],
    [
      'the same pool twice',
      { COGNITO_POOLS: JSON.stringify({ customers: pool, staff: pool }) },
      'customers and staff have the same issuer',
    ],
  ])('%s: %j', (_what, env, problem) => {
    expect(problemsOf(() => readLocal(env))).toContain(problem);
    const lambda: NodeJS.ProcessEnv = { ...pools({}), TABLE_NAME: 'table', ...env };
    const isLocalAlone = /^(?:PORT|LOCAL_)/.test(problem);
    expect(problemsOf(() => readLambdaSettings(lambda, {})).includes(problem)).toBe(!isLocalAlone);
  });

  test('every problem is named in one message', () => {
    const env = { PORT: 'abc', LOG_LEVEL: 'loud', COGNITO_POOLS: '{"a":{"clientIds":[]}}', LIMIT: 'x' };
    const own = { LIMIT: integer({ description: '', min: 1, max: 2 }) };
    const message = problemsOf(() => readLocalSettings(env, own));
    for (const name of ['PORT', 'LOG_LEVEL', 'a.userPoolId', 'a.clientIds', 'LIMIT']) expect(message).toContain(name);
  });
});

describe('metrics, which are members of the line that a request leaves in the log at level info', () => {
  const lambda = { ...pools({}), TABLE_NAME: 'table' };
  const problem = (level: string) =>
    `These settings are wrong:\n  - LOG_LEVEL is ${level}, at which the request log and its metrics are not written: set LOG_LEVEL to info, debug or trace, or METRICS to off.`;

  test.each(['warn', 'error', 'fatal', 'silent'])('stop the start of a function that logs from %s on', (level) => {
    expect(problemsOf(() => readLambdaSettings({ ...lambda, LOG_LEVEL: level }, {}))).toBe(problem(level));
    expect(problemsOf(() => readLocal({ LOG_LEVEL: level, METRICS: 'on' }))).toBe(problem(level));
    expect(readLambdaSettings({ ...lambda, LOG_LEVEL: level, METRICS: 'off' }, {}).LOG_LEVEL).toBe(level);
    expect(readLocal({ LOG_LEVEL: level }).LOG_LEVEL).toBe(level);
  });

  test.each(['info', 'debug', 'trace'])('are written by a function that logs from %s on', (level) => {
    expect(readLambdaSettings({ ...lambda, LOG_LEVEL: level }, {})).toMatchObject({ LOG_LEVEL: level, METRICS: true });
    expect(readLocal({ LOG_LEVEL: level, METRICS: 'on' })).toMatchObject({ LOG_LEVEL: level, METRICS: true });
  });

  test('do not hide that the level is no level', () => {
    expect(problemsOf(() => readLambdaSettings({ ...lambda, LOG_LEVEL: 'loud' }, {}))).toBe(
      'These settings are wrong:\n  - LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace, but is "loud".',
    );
  });
});

describe('in Lambda', () => {
  test('nothing is made up for what is missing', () => {
    expect(() => readLambdaSettings({}, {})).toThrow(/COGNITO_POOLS is missing[^]*TABLE_NAME is missing/);
  });

  test('the docs are off unless they are asked for, and what a local server reads is absent', () => {
    const env = { ...pools({}), TABLE_NAME: 'table', PORT: 'not read', HOST: '0.0.0.0' };
    expect(readLambdaSettings(env, {})).toMatchObject({
      runtime: 'lambda',
      tableName: 'table',
      DOCS: false,
      METRICS: true,
    });
    expect(Object.keys(readLambdaSettings(env, {}))).not.toEqual(expect.arrayContaining(['PORT']));
    expect(readLambdaSettings({ ...env, DOCS: 'on' }, {}).DOCS).toBe(true);
    expect(readLambdaSettings({ ...env, METRICS: 'off' }, {}).METRICS).toBe(false);
  });
});

describe("an API's own setting", () => {
  const own = {
    LIMIT: integer({ description: '', min: 1, max: 100, default: 20 }),
    MODE: oneOf(['fast', 'safe'], { description: '', default: 'safe' }),
    PREVIEW: onOff({ description: '', default: false }),
    PARTNER: text({ description: '', pattern: /^https:\/\/\S+$/, form: 'an https:// URL' }),
  };
  const PARTNER = 'https://partner.example';
  const lambda = { ...pools({}), TABLE_NAME: 'table' };

  test('has its default or the value of its variable, typed, in both runtimes', () => {
    expect(readLocalSettings({ PARTNER }, own).own).toEqual({ LIMIT: 20, MODE: 'safe', PREVIEW: false, PARTNER });
    const env = { LIMIT: '100', MODE: 'fast', PREVIEW: 'on', PARTNER };
    const expected = { LIMIT: 100, MODE: 'fast', PREVIEW: true, PARTNER };
    expect(readLocalSettings(env, own).own).toEqual(expected);
    expect(readLambdaSettings({ ...lambda, ...env }, own).own).toEqual(expected);
  });

  test.each([
    [{ LIMIT: '101', PARTNER }, 'LIMIT must be a whole number from 1 to 100, but is "101".'],
    [{ MODE: 'slow', PARTNER }, 'MODE must be one of fast, safe, but is "slow".'],
    [{ PREVIEW: 'true', PARTNER }, 'PREVIEW must be "on" or "off", but is "true".'],
    [{ PARTNER: 'http://partner.example' }, 'PARTNER must be an https:// URL, but is "http://partner.example".'],
    [{}, 'PARTNER is missing: it is required.'],
    [{ PARTNER: '' }, 'PARTNER is missing: it is required.'],
  ])('%j stops the start of both runtimes', (env, problem) => {
    const only = `These settings are wrong:\n  - ${problem}`;
    expect(problemsOf(() => readLocalSettings(env, own))).toBe(only);
    expect(problemsOf(() => readLambdaSettings({ ...lambda, ...env }, own))).toBe(only);
  });
});

describe('the access authorizer', () => {
  test('needs its pools, and nothing of the app', () => {
    const settings = readAuthorizerSettings({ ...pools({}), LOG_LEVEL: 'warn', JWKS_REFRESH_SECONDS: '60' });
    expect(settings).toMatchObject({
      LOG_LEVEL: 'warn',
      JWKS_REFRESH_SECONDS: 60,
      TOKEN_CACHE_SIZE: 10_000,
      warnings: [],
    });
    expect(settings.pools.map(({ name, userPoolId }) => [name, userPoolId])).toEqual([['customers', pool.userPoolId]]);
    expect(problemsOf(() => readAuthorizerSettings({}))).toBe(
      'These settings are wrong:\n  - COGNITO_POOLS is missing: it is required.',
    );
  });
});
