import { describe, expect, test } from '@jest/globals';
import { integer, onOff, oneOf, text, defineSettings } from '../../../app/platform/config/setting.js';
import { readLambdaSettings, readLocalSettings } from '../../../app/platform/config/settings.js';
import { StartError } from '../../../app/platform/config/start-error.js';

const pool = { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['client'] };
const pools = (customers: object) => ({ COGNITO_POOLS: JSON.stringify({ customers: { ...pool, ...customers } }) });

/** An API's own settings, one of each kind. */
const own = defineSettings({
  MAX_ITEMS: integer({ description: '', min: 1, max: 9, default: 3 }),
  MODE: oneOf(['fast', 'safe'], { description: '', default: 'safe' }),
  STRICT: onOff({ description: '', default: true }),
  PARTNER_URL: text({ description: '', pattern: /^https:/, form: 'an https:// URL', default: 'https://x.example' }),
});
const required = defineSettings({ PARTNER_ID: text({ description: '' }) });

const read = (env: NodeJS.ProcessEnv) => readLocalSettings(env, own);

function problemsOf(env: NodeJS.ProcessEnv) {
  try {
    read(env);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return 'none';
}

describe('settings that are right', () => {
  test("an empty environment has a default for everything on a developer's machine", () => {
    expect(read({})).toMatchObject({
      runtime: 'local',
      pools: 'emulated',
      tableName: 'emulated',
      HOST: '127.0.0.1',
      PORT: 3000,
      CORS_ORIGINS: [],
      DOCS: true,
      TOKEN_CACHE_SIZE: 10_000,
      JWKS_MAX_STALE_SECONDS: 86_400,
    });
  });

  test('an empty variable counts as absent', () => {
    expect(read({ PORT: '', COGNITO_POOLS: '' })).toMatchObject({ PORT: 3000, pools: 'emulated' });
  });

  test("in Lambda the docs are off, and pools and table are the environment's", () => {
    const settings = readLambdaSettings({ ...pools({}), TABLE_NAME: 'items' }, own);
    expect(settings).toMatchObject({ runtime: 'lambda', tableName: 'items', DOCS: false });
    expect(settings.pools.map(({ name }) => name)).toEqual(['customers']);
  });

  test("the API's own are read with the others, each by its type", () => {
    expect(read({ MAX_ITEMS: '9', MODE: 'fast', STRICT: 'off' }).own).toEqual({
      MAX_ITEMS: 9,
      MODE: 'fast',
      STRICT: false,
      PARTNER_URL: 'https://x.example',
    });
  });

  const poolsOf = (env: NodeJS.ProcessEnv) => {
    const { pools: read, warnings } = readLambdaSettings({ ...env, TABLE_NAME: 'items' }, {});
    return { pools: read, warnings };
  };

  test('issuer and JWKS URI follow from the pool id', () => {
    expect(poolsOf(pools({})).pools[0]).toMatchObject({
      name: 'customers',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json',
    });
  });

  test('a multi-Region issuer brings its own JWKS URI', () => {
    const issuer = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
    const settings = poolsOf(pools({ issuer }));
    expect(settings.pools[0]).toMatchObject({ issuer, jwksUri: `${issuer}/.well-known/jwks.json` });
    expect(settings.warnings).toEqual([]);
  });

  test.each(['http://127.0.0.1:5000', 'http://localhost:5000', 'http://[::1]:5000'])(
    'an emulator at %s is trusted with a warning',
    (origin) => {
      const { warnings } = poolsOf(pools({ jwksUri: `${origin}/jwks.json` }));
      expect(warnings).toEqual([expect.stringContaining('customers.jwksUri')]);
    },
  );

  test('the settings are frozen', () => {
    expect(Object.isFrozen(read(pools({})))).toBe(true);
  });
});

describe('settings that are wrong stop the start', () => {
  test.each([
    ['PORT', { PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535, but is "abc".'],
    ['PORT', { PORT: '65536' }, 'PORT'],
    ['PORT', { PORT: '3e3' }, 'PORT'],
    ['PORT', { PORT: '-1' }, 'PORT'],
    ['JWKS_REFRESH_SECONDS', { JWKS_REFRESH_SECONDS: '0' }, 'from 1 to 86400'],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of silent'],
    ['DOCS', { DOCS: 'yes' }, 'DOCS must be "on" or "off"'],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS must list exact origins'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example/path' }, 'CORS_ORIGINS'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'null' }, 'CORS_ORIGINS'],
    ['a setting of the API', { MAX_ITEMS: '10' }, 'MAX_ITEMS must be a whole number from 1 to 9, but is "10".'],
    ['a choice of the API', { MODE: 'loud' }, 'MODE must be one of fast, safe'],
    ['a switch of the API', { STRICT: 'yes' }, 'STRICT must be "on" or "off"'],
    ['text of the API', { PARTNER_URL: 'http://x.example' }, 'PARTNER_URL must be an https:// URL'],
    ['broken JSON', { COGNITO_POOLS: '{' }, 'COGNITO_POOLS is not JSON'],
    ['a list of pools', { COGNITO_POOLS: '[]' }, 'COGNITO_POOLS must be a JSON object'],
    ['no pools', { COGNITO_POOLS: '{}' }, 'COGNITO_POOLS must be a JSON object of one or more pools'],
    ['a pool that is no object', { COGNITO_POOLS: '{"customers":null}' }, 'customers must be an object'],
    ['no userPoolId', pools({ userPoolId: undefined }), 'customers.userPoolId is missing'],
    ['a garbled userPoolId', pools({ userPoolId: 'AbCdEfGhI' }), 'customers.userPoolId must look like'],
    ['a userPoolId that leads elsewhere', pools({ userPoolId: 'eu-west-1_x/../y' }), 'customers.userPoolId'],
    ['no client ids', pools({ clientIds: [] }), 'customers.clientIds must be a list of one or more'],
    ['an empty client id', pools({ clientIds: [''] }), 'customers.clientIds'],
    ['an unknown token use', pools({ tokenUse: ['refresh'] }), 'customers.tokenUse must be a list of'],
    ['a misspelt member', pools({ jwksURI: 'https://x.example' }), 'customers.jwksURI is not known'],
    ['a JWKS URI off loopback', pools({ jwksUri: 'http://10.0.0.1/jwks.json' }), 'customers.jwksUri must be'],
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
    expect(problemsOf(env)).toContain(problem);
  });

  test('every problem is named in one message', () => {
    const message = problemsOf({ PORT: 'abc', LOG_LEVEL: 'loud', MODE: 'x', COGNITO_POOLS: '{"a":{"clientIds":[]}}' });
    for (const name of ['PORT', 'LOG_LEVEL', 'MODE', 'a.userPoolId', 'a.clientIds']) expect(message).toContain(name);
  });

  test('in Lambda nothing is made up for what is missing', () => {
    expect(() => readLambdaSettings({}, own)).toThrow(/COGNITO_POOLS is missing[^]*TABLE_NAME is missing/);
  });

  test('a setting without a default is required', () => {
    expect(() => readLocalSettings({}, required)).toThrow('PARTNER_ID is missing: it is required.');
    expect(readLocalSettings({ PARTNER_ID: 'p1' }, required).own).toEqual({ PARTNER_ID: 'p1' });
  });
});

describe('a declaration that is wrong is refused when it is made', () => {
  test('a name that is none of a variable', () => {
    expect(() => defineSettings({ maxItems: text({ description: '' }) })).toThrow('Setting maxItems: use capital');
  });

  test('a default that its own check refuses', () => {
    const tooMany = integer({ description: '', min: 1, max: 9, default: 10 });
    expect(() => defineSettings({ MAX_ITEMS: tooMany })).toThrow('MAX_ITEMS must be a whole number from 1 to 9');
  });
});
