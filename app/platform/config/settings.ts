import { createPools, type Pool } from '../auth/pool.js';
import type { CarriedKeys } from '../auth/pool-keys.js';
import { parseCarriedKeys } from './carried-keys-setting.js';
import { parsePools } from './pools-setting.js';
import {
  integer,
  onOff,
  oneOf,
  readSetting,
  text,
  type Setting,
  type Settings,
  type SettingValues,
} from './setting.js';
import { StartError } from './start-error.js';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** Those at which the log has no line a request, and so no metrics. */
const LEVELS_WITHOUT_REQUESTS = new Set<string>(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf('info')));

/** Exact origins, comma-separated. */
const origins: Setting<readonly string[]> = {
  description:
    'comma-separated exact origins whose pages may call the API; `npm start` adds those that managed login returns to',
  default: '',
  parse: (value) => {
    const listed = value.split(',').map((origin) => origin.trim());
    const isExact = (origin: string) =>
      URL.canParse(origin) && /^https?:/.test(origin) && new URL(origin).origin === origin;
    const wrong = listed.filter(Boolean).filter((origin) => !isExact(origin));
    if (wrong.length > 0) throw new Error(`must list exact origins such as https://example.com`);
    return listed.filter(Boolean);
  },
};

/** Host names without scheme and port, comma-separated. */
const hostNames: Setting<readonly string[]> = {
  description:
    'comma-separated names, besides those of loopback, by which containers and devices reach the local Cognito',
  default: '',
  parse: (value) => {
    const listed = value.split(',').map((name) => name.trim().toLowerCase());
    const wrong = listed.filter((name) => name !== '' && !/^(?!-)[a-z0-9.-]{1,253}$/.test(name));
    if (wrong.length > 0) throw new Error('must list host names or IPv4 addresses such as host.docker.internal');
    return listed.filter(Boolean);
  },
};

/** An address without credentials: those are a header's, OTEL_EXPORTER_OTLP_HEADERS, which no log shows. */
const collector: Setting<string | undefined> = {
  description:
    'where traces go, by OTLP over HTTP, such as `http://127.0.0.1:4318`; none without it. In Lambda for builds with `TRACING=on`',
  default: '',
  parse: (value) => {
    if (value === '') return undefined;
    if (/^https?:\/\/[^@]+$/.test(value) && URL.canParse(value)) return value;
    throw new Error('must be an http:// or https:// address without credentials');
  },
};

/** The platform's own settings, wherever the API runs. */
export const PLATFORM_SETTINGS = {
  CORS_ORIGINS: origins,
  JWKS_REFRESH_SECONDS: integer({
    description: 'how often known keys are looked up again: a removed key stops working within that',
    min: 1,
    max: 86_400,
    default: 600,
  }),
  JWKS_MAX_STALE_SECONDS: integer({
    description: 'how long known keys stay trusted while the JWKS endpoint is down',
    min: 60,
    max: 604_800,
    default: 86_400,
  }),
  TOKEN_CACHE_SIZE: integer({
    description: 'verified tokens kept, 3 KB each on average; `0` for none',
    min: 0,
    max: 1_000_000,
    default: 10_000,
  }),
  REVOCATION_UNAVAILABLE: oneOf(['refuse', 'admit'], {
    description:
      'what revocable routes do while the table is unavailable: `refuse` every caller with 503, or `admit` those not known to be revoked',
    default: 'refuse',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector,
  LOG_LEVEL: oneOf(LOG_LEVELS, { description: `\`${LOG_LEVELS.join('`, `')}\``, default: 'info' }),
} satisfies Settings;

/** The ARN of an IAM role, in any partition of AWS. */
const tenantRole: Setting<string | undefined> = {
  description: 'in Lambda, the role that is assumed for each tenant; without it, tenants are apart by the code alone',
  default: '',
  parse: (value) => {
    if (value === '') return undefined;
    if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(value)) return value;
    throw new Error("must be a role's ARN such as arn:aws:iam::123456789012:role/NAME");
  },
};

/** Those of a function alone. */
export const LAMBDA_SETTINGS = { TENANT_ROLE_ARN: tenantRole } satisfies Settings;

/** Those of a local server. */
export const LOCAL_SETTINGS = {
  PORT: integer({ description: 'where the API listens', min: 0, max: 65_535, default: 3000 }),
  HOST: text({ description: 'the address that it listens on', default: '127.0.0.1' }),
  LOCAL_COGNITO_PORT: integer({
    description: 'where the local Cognito listens, on loopback, plain HTTP and TLS alike',
    min: 0,
    max: 65_535,
    default: 9229,
  }),
  LOCAL_COGNITO_ISSUER: oneOf(['local', 'aws'], {
    description: "`iss` of local tokens: `local`, the local address, or `aws`, Cognito's own for the pool id",
    default: 'local',
  }),
  LOCAL_COGNITO_HOSTS: hostNames,
  LOCAL_DIR: text({
    description: 'where the emulators keep users, keys, data and the profile (0700)',
    default: '.local',
  }),
} satisfies Settings;

const METRICS_DESCRIPTION = "`on` or `off`: metrics in the request log, in CloudWatch's embedded format";
const DOCS_DESCRIPTION = '`on` or `off`: `/docs` and `/openapi.json`';

/** What both runtimes have. */
interface Common<Own extends Settings> extends SettingValues<typeof PLATFORM_SETTINGS> {
  /** Whether `/openapi.json` and `/docs` are served. */
  readonly DOCS: boolean;
  /** Whether the request log holds metrics. */
  readonly METRICS: boolean;
  /** The API's own. */
  readonly own: SettingValues<Own>;
  /** What an operator should know although it stops nothing, for the log. */
  readonly warnings: readonly string[];
}

/** A function in Lambda: nothing can be made up for a setting that is missing. */
export interface LambdaSettings<Own extends Settings = Settings>
  extends Common<Own>, SettingValues<typeof LAMBDA_SETTINGS> {
  readonly runtime: 'lambda';
  readonly pools: readonly Pool[];
  readonly carriedKeys: CarriedKeys;
  readonly tableName: string;
  /** SHA-256, in hexadecimal, of the values of CloudFront's header that are accepted; none where anyone may call the function's API. */
  readonly originSecretDigests: readonly string[];
}

/** The access authorizer in Lambda: whom it trusts, and how it looks up their keys. */
export interface AuthorizerSettings extends SettingValues<typeof PLATFORM_SETTINGS> {
  readonly pools: readonly Pool[];
  readonly carriedKeys: CarriedKeys;
  readonly warnings: readonly string[];
}

/** A server on this machine, whose pools and table are emulated unless the environment names others. */
export interface LocalSettings<Own extends Settings = Settings>
  extends Common<Own>, SettingValues<typeof LOCAL_SETTINGS> {
  readonly runtime: 'local';
  readonly pools: readonly Pool[] | 'emulated';
  readonly table: { readonly name: string } | 'emulated';
}

/** Reads settings, and gathers what is wrong with them. */
class Reader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** An empty variable counts as absent. */
  value(name: string) {
    return this.#env[name] || undefined;
  }

  required(name: string) {
    const value = this.value(name);
    if (value === undefined) this.problems.push(`${name} is missing: it is required.`);
    return value ?? '';
  }

  all<S extends Settings>(settings: S): SettingValues<S> {
    return Object.fromEntries(
      Object.entries<Setting<unknown>>(settings).map(([name, setting]) => [name, this.#one(name, setting)]),
    ) as SettingValues<S>;
  }

  #one(name: string, setting: Setting<unknown>): unknown {
    const value = this.value(name) ?? setting.default ?? this.required(name);
    if (value === '' && setting.default === null) return undefined;
    try {
      return readSetting(name, setting, value);
    } catch (error) {
      this.problems.push((error as Error).message);
      return undefined;
    }
  }

  requiredPools(): Pool[] {
    const json = this.required('COGNITO_POOLS');
    return json === '' ? [] : this.pools(json);
  }

  pools(json: string): Pool[] {
    const parsed = parsePools(json);
    this.problems.push(...parsed.problems);
    this.warnings.push(...parsed.warnings);
    return parsed.pools.flatMap(([name, settings]) => createPools(name, settings));
  }

  /** Those of the deployment; none unless COGNITO_KEYS is set. */
  carriedKeys(pools: readonly Pool[]): CarriedKeys {
    const { keys, problems, warnings } = parseCarriedKeys(this.value('COGNITO_KEYS') ?? '{}', pools);
    this.problems.push(...problems);
    this.warnings.push(...warnings);
    return keys;
  }

  /** ORIGIN_SECRET_DIGESTS; none unless it is set. What is wrong may be the secret itself, so no message shows it. */
  originSecretDigests(): readonly string[] {
    const digests = this.value('ORIGIN_SECRET_DIGESTS')?.split(',') ?? [];
    if (!digests.every((digest) => /^[\da-f]{64}$/.test(digest))) {
      this.problems.push(
        'ORIGIN_SECRET_DIGESTS must list SHA-256 digests, comma-separated, each of 64 hexadecimal digits in lower case.',
      );
    }
    return digests;
  }

  common<Own extends Settings>(own: Own, defaults: { DOCS: boolean; METRICS: boolean }): Common<Own> {
    const switches = this.all({
      DOCS: onOff({ description: DOCS_DESCRIPTION, default: defaults.DOCS }),
      METRICS: onOff({ description: METRICS_DESCRIPTION, default: defaults.METRICS }),
    });
    const platform = this.all(PLATFORM_SETTINGS);
    if (switches.METRICS && LEVELS_WITHOUT_REQUESTS.has(platform.LOG_LEVEL)) {
      this.problems.push(
        `LOG_LEVEL is ${platform.LOG_LEVEL}, at which the request log and its metrics are not written: set LOG_LEVEL to info, debug or trace, or METRICS to off.`,
      );
    }
    return { ...platform, ...switches, own: this.all(own), warnings: this.warnings };
  }

  /** Throws one StartError that names every wrong variable. */
  finish<T extends object>(settings: T): T {
    if (this.problems.length === 0) return Object.freeze(settings);
    const list = this.problems.map((problem) => `  - ${problem}`).join('\n');
    throw new StartError(`These settings are wrong:\n${list}`);
  }
}

/** The environment of a function -> its settings; throws a StartError that names every wrong variable. */
export function readLambdaSettings<Own extends Settings>(env: NodeJS.ProcessEnv, own: Own): LambdaSettings<Own> {
  const reader = new Reader(env);
  const pools = reader.requiredPools();
  return reader.finish({
    runtime: 'lambda',
    ...reader.common(own, { DOCS: false, METRICS: true }),
    ...reader.all(LAMBDA_SETTINGS),
    pools,
    carriedKeys: reader.carriedKeys(pools),
    tableName: reader.required('TABLE_NAME'),
    originSecretDigests: reader.originSecretDigests(),
  });
}

/** The environment of the access authorizer -> its settings; throws a StartError that names every wrong variable. */
export function readAuthorizerSettings(env: NodeJS.ProcessEnv): AuthorizerSettings {
  const reader = new Reader(env);
  const pools = reader.requiredPools();
  const carriedKeys = reader.carriedKeys(pools);
  return reader.finish({ ...reader.all(PLATFORM_SETTINGS), pools, carriedKeys, warnings: reader.warnings });
}

/** The environment of a local server -> its settings; throws a StartError that names every wrong variable. */
export function readLocalSettings<Own extends Settings>(env: NodeJS.ProcessEnv, own: Own): LocalSettings<Own> {
  const reader = new Reader(env);
  const pools = reader.value('COGNITO_POOLS');
  const tableName = reader.value('TABLE_NAME');
  return reader.finish({
    runtime: 'local',
    ...reader.common(own, { DOCS: true, METRICS: false }),
    ...reader.all(LOCAL_SETTINGS),
    pools: pools === undefined ? 'emulated' : reader.pools(pools),
    table: tableName === undefined ? 'emulated' : { name: tableName },
  });
}
