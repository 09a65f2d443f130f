import { createPool, type Pool } from '../auth/pool.js';
import { parsePools } from './pools-setting.js';
import { StartError } from './start-error.js';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** The settings of the app, checked and frozen. */
export interface Config {
  /** The pools that are trusted; none where the local stand-ins are to be started. */
  readonly pools: readonly Pool[] | undefined;
  readonly table: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly localCognitoPort: number;
  readonly localDir: string;
  readonly corsOrigins: readonly string[];
  /** Whether `/openapi.json` and `/docs` are served. */
  readonly docs: boolean;
  readonly jwksRefreshSeconds: number;
  readonly tokenCacheSize: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** What an operator should know although it stops nothing, for the log. */
  readonly warnings: readonly string[];
}

/** Where the app runs: in Lambda nothing can be made up for a setting that is missing. */
export type Place = 'local' | 'lambda';

/** The environment -> Config, or one StartError that names every wrong variable. An empty variable counts as absent. */
export function readConfig(env: NodeJS.ProcessEnv, place: Place): Config {
  const problems: string[] = [];
  const warnings: string[] = [];

  const read = (name: string) => env[name] || undefined;

  function required(name: string) {
    const value = read(name);
    if (value === undefined && place === 'lambda') problems.push(`${name} is missing: it is required in Lambda.`);
    return value;
  }

  function integer(name: string, fallback: number, least: number, most: number) {
    const value = read(name) ?? String(fallback);
    const number = Number(value);
    if (/^\d{1,9}$/.test(value) && number >= least && number <= most) return number;
    problems.push(`${name} must be a whole number from ${least} to ${most}, but is ${JSON.stringify(value)}.`);
    return fallback;
  }

  function logLevel() {
    const value = read('LOG_LEVEL') ?? 'info';
    const level = LOG_LEVELS.find((known) => known === value);
    if (level === undefined) {
      problems.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, but is ${JSON.stringify(value)}.`);
    }
    return level ?? 'info';
  }

  function onOff(name: string, fallback: boolean) {
    const value = read(name);
    if (value !== undefined && value !== 'on' && value !== 'off') {
      problems.push(`${name} must be "on" or "off", but is ${JSON.stringify(value)}.`);
    }
    return value === undefined ? fallback : value === 'on';
  }

  function origins() {
    const listed = (read('CORS_ORIGINS') ?? '').split(',').map((origin) => origin.trim());
    return listed.filter(Boolean).filter((origin) => {
      const isExact = URL.canParse(origin) && /^https?:/.test(origin) && new URL(origin).origin === origin;
      if (!isExact) {
        problems.push(
          `CORS_ORIGINS must list exact origins such as https://example.com, but has ${JSON.stringify(origin)}.`,
        );
      }
      return isExact;
    });
  }

  function pools() {
    const value = required('COGNITO_POOLS');
    if (value === undefined) return undefined;
    const parsed = parsePools(value);
    problems.push(...parsed.problems);
    warnings.push(...parsed.warnings);
    return parsed.pools.map(([name, settings]) => createPool(name, settings));
  }

  const config = Object.freeze({
    pools: pools(),
    table: required('TABLE_NAME'),
    host: read('HOST') ?? '127.0.0.1',
    port: integer('PORT', 3000, 0, 65_535),
    localCognitoPort: integer('LOCAL_COGNITO_PORT', 9229, 0, 65_535),
    localDir: read('LOCAL_DIR') ?? '.local',
    corsOrigins: origins(),
    docs: onOff('DOCS', place === 'local'),
    jwksRefreshSeconds: integer('JWKS_REFRESH_SECONDS', 600, 1, 86_400),
    tokenCacheSize: integer('TOKEN_CACHE_SIZE', 10_000, 0, 1_000_000),
    logLevel: logLevel(),
    warnings,
  });
  if (problems.length > 0) {
    throw new StartError(`These settings are wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
  return config;
}
