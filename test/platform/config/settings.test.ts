import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../app/platform/config/settings.js';
import { StartError } from '../../../app/platform/config/start-error.js';

const pool = { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['client'] };
const pools = (customers: object) => ({ COGNITO_POOLS: JSON.stringify({ customers: { ...pool, ...customers } }) });

function problemsOf(env: NodeJS.ProcessEnv) {
  try {
    readConfig(env, 'local');
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return 'none';
}

describe('settings that are right', () => {
  test('an empty environment has a default for everything on a laptop', () => {
    expect(readConfig({}, 'local')).toMatchObject({
      pools: undefined,
      host: '127.0.0.1',
      port: 3000,
      corsOrigins: [],
    });
  });

  test('an empty variable counts as absent', () => {
    expect(readConfig({ PORT: '', COGNITO_POOLS: '' }, 'local')).toMatchObject({ port: 3000, pools: undefined });
  });

  test('issuer and JWKS URI follow from the pool id', () => {
    const [customers] = readConfig(pools({}), 'local').pools ?? [];
    expect(customers).toMatchObject({
      name: 'customers',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      jwksUri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI/.well-known/jwks.json',
    });
  });

  test('a multi-Region issuer brings its own JWKS URI', () => {
    const issuer = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
    const config = readConfig(pools({ issuer }), 'local');
    expect(config.pools?.[0]).toMatchObject({ issuer, jwksUri: `${issuer}/.well-known/jwks.json` });
    expect(config.warnings).toEqual([]);
  });

  test.each(['http://127.0.0.1:5000', 'http://localhost:5000', 'http://[::1]:5000'])(
    'an emulator at %s is trusted with a warning',
    (origin) => {
      const { warnings } = readConfig(pools({ jwksUri: `${origin}/jwks.json` }), 'local');
      expect(warnings).toEqual([expect.stringContaining('customers.jwksUri')]);
    },
  );

  test('the settings are frozen', () => {
    expect(Object.isFrozen(readConfig(pools({}), 'local'))).toBe(true);
  });
});

describe('settings that are wrong stop the start', () => {
  test.each([
    ['PORT', { PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535'],
    ['PORT', { PORT: '65536' }, 'PORT'],
    ['PORT', { PORT: '3e3' }, 'PORT'],
    ['PORT', { PORT: '-1' }, 'PORT'],
    ['JWKS_REFRESH_SECONDS', { JWKS_REFRESH_SECONDS: '0' }, 'from 1 to 86400'],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of silent'],
    ['DOCS', { DOCS: 'yes' }, 'DOCS must be "on" or "off"'],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS must list exact origins'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://a.example/path' }, 'CORS_ORIGINS'],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'null' }, 'CORS_ORIGINS'],
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
    const message = problemsOf({ PORT: 'abc', LOG_LEVEL: 'loud', COGNITO_POOLS: '{"a":{"clientIds":[]}}' });
    for (const name of ['PORT', 'LOG_LEVEL', 'a.userPoolId', 'a.clientIds']) expect(message).toContain(name);
  });

  test('in Lambda nothing is made up for what is missing', () => {
    expect(() => readConfig({}, 'lambda')).toThrow(/COGNITO_POOLS is missing[^]*TABLE_NAME is missing/);
  });
});
