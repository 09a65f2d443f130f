/** The client of a pool for machines; its `tokenUrl` is looked up where it isn't given (OpenID Connect Discovery). */
export interface MachineClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly tokenUrl?: string;
}

/** A user pool and the client that people sign in through. */
export interface ProfilePool {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Absent or null for a client without a secret. */
  readonly clientSecret?: string | null;
  /** Which of a client's secrets that is; known once `pizza secret rotate` has made it. */
  readonly clientSecretId?: string;
  readonly issuer: string;
  readonly jwksUri: string;
  readonly machine?: MachineClient;
}

/** What `npm start` writes to `profile.json` and Terraform gives as its output `profile`. */
export interface Profile {
  readonly apiUrl: string;
  readonly cognitoEndpoint: string;
  readonly region: string;
  /** The HTTP API behind `apiUrl`, where its name doesn't say so. */
  readonly apiId?: string;
  readonly functionName?: string;
  readonly pools: Readonly<Record<string, ProfilePool>>;
}

/** Profiles and pools name files and are typed by people. */
export const NAME = /^[A-Za-z0-9][\w-]{0,63}$/;

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isId = (value: unknown) => typeof value === 'string' && /^[\w+-]{1,128}$/.test(value);
const isOptional = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || value === null || is(value);

export function isLoopback({ hostname }: URL) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Passwords and tokens go there: https, or this very machine. */
function isSafeUrl(value: unknown) {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) && !url.username && !url.password;
}

const URL_RULE = 'must be an https:// URL (http:// on a loopback address alone)';
const TEXT_RULE = 'must be a non-empty text';
const ID_RULE = 'must be an id as Cognito gives it';

type Rule = [name: string, is: (value: unknown) => boolean, rule: string];

const PROFILE: Rule[] = [
  ['apiUrl', isSafeUrl, URL_RULE],
  ['cognitoEndpoint', isSafeUrl, URL_RULE],
  ['region', (value) => isId(value), 'must be a region such as eu-west-1'],
  ['apiId', isOptional(isId), 'must be the id of an HTTP API'],
  ['functionName', isOptional(isText), TEXT_RULE],
];
const CLIENT: Rule[] = [['clientId', isId, ID_RULE]];
const POOL: Rule[] = [
  ['userPoolId', isId, ID_RULE],
  ...CLIENT,
  ['clientSecret', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['clientSecretId', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['issuer', isSafeUrl, URL_RULE],
  ['jwksUri', isSafeUrl, URL_RULE],
];
const isScopes = (value: unknown) => Array.isArray(value) && value.every(isText);
const MACHINE: Rule[] = [
  ...CLIENT,
  ['clientSecret', isText, TEXT_RULE],
  ['scopes', isScopes, 'must be a list of texts'],
  ['tokenUrl', isOptional(isSafeUrl), URL_RULE],
];

const broken = (at: string, fields: Fields, rules: Rule[]) =>
  rules.filter(([name, is]) => !is(fields[name])).map(([name, , rule]) => `${at}${name} ${rule}`);

function poolProblems([name, pool]: [string, unknown]): string[] {
  const at = `pools.${name}`;
  if (!NAME.test(name)) return [`the name of ${at} must be letters, digits, - and _`];
  if (!isObject(pool)) return [`${at} must be an object`];
  const { machine } = pool;
  if (machine === undefined || machine === null) return broken(`${at}.`, pool, POOL);
  if (!isObject(machine)) return [`${at}.machine must be an object`];
  return [...broken(`${at}.`, pool, POOL), ...broken(`${at}.machine.`, machine, MACHINE)];
}

/** What is wrong with a profile, one text a problem, none of which quotes it: a secret might be in the wrong place. */
export function profileProblems(value: unknown): string[] {
  if (!isObject(value)) return ['it must be a JSON object'];
  if (!isObject(value['pools']) || Object.keys(value['pools']).length === 0)
    return ['pools must name at least one pool'];
  return [...broken('', value, PROFILE), ...Object.entries(value['pools']).flatMap(poolProblems)];
}
