import { cognitoIssuers, jwksUriOf, USER_POOL_ID, type PoolSettings } from '../auth/pool.js';

export interface ParsedPools {
  pools: [name: string, settings: PoolSettings][];
  problems: string[];
  warnings: string[];
}

const PREVIOUS_MEMBERS = ['userPoolId', 'clientIds', 'issuer', 'jwksUri', 'tokenUse'];
const MEMBERS = [...PREVIOUS_MEMBERS, 'publicClientId', 'domainUrl', 'previous'];
const EXAMPLE = '{"customers":{"userPoolId":"eu-west-1_AbCdEfGhI","clientIds":["CLIENT_ID"]}}';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && item !== '');
}

function isLoopback({ hostname }: URL) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Anything but Cognito's own address is for emulators on this very machine: elsewhere it would hand the target to others. */
function checkAddress(value: unknown, cognitos: readonly string[], report: (problem: string) => void) {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value) || !URL.canParse(value)) {
    report('must be a URL that begins with https://.');
  } else if (cognitos.includes(value)) {
    return false;
  } else if (!isLoopback(new URL(value))) {
    report(`must be Cognito's own (${cognitos.join(' or ')}), or on a loopback address for an emulator.`);
  }
  return true;
}

/** An origin: people's passwords go there, so over TLS or to this very machine. */
function isDomainUrl(value: unknown) {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.origin === value && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
}

/** `name` is the pool's, or NAME.previous for the one that people move from. */
function checkPool(name: string, value: unknown, result: ParsedPools, known = MEMBERS): PoolSettings | undefined {
  const { problems, warnings } = result;
  const before = problems.length;
  const at = (member: string) => (problem: string) => problems.push(`COGNITO_POOLS: ${name}.${member} ${problem}`);
  if (!isObject(value)) {
    problems.push(`COGNITO_POOLS: ${name} must be an object such as the one in ${EXAMPLE}.`);
    return undefined;
  }
  const { userPoolId, clientIds, issuer, jwksUri, tokenUse, publicClientId, domainUrl, previous } = value;
  for (const member of Object.keys(value)) {
    if (!known.includes(member)) at(member)(`is not known; known are ${known.join(', ')}.`);
  }
  if (!isTextList(clientIds)) at('clientIds')('must be a list of one or more client ids.');
  if (tokenUse !== undefined && !(isTextList(tokenUse) && tokenUse.every((use) => use === 'access' || use === 'id'))) {
    at('tokenUse')('must be a list of "access", "id" or both.');
  }
  if (publicClientId !== undefined && !(isTextList(clientIds) && clientIds.some((id) => id === publicClientId))) {
    at('publicClientId')('must be one of clientIds.');
  }
  if (domainUrl !== undefined && !isDomainUrl(domainUrl)) {
    at('domainUrl')('must be https:// and a host, without a path (http:// only on a loopback address).');
  }
  if (previous !== undefined && known.includes('previous'))
    checkPool(`${name}.previous`, previous, result, PREVIOUS_MEMBERS);
  if (typeof userPoolId !== 'string' || !USER_POOL_ID.test(userPoolId)) {
    at('userPoolId')(userPoolId === undefined ? 'is missing.' : 'must look like eu-west-1_AbCdEfGhI.');
    return undefined;
  }
  const issuers = cognitoIssuers(userPoolId);
  const foreign = [
    issuer !== undefined && checkAddress(issuer, issuers, at('issuer')) && 'issuer',
    jwksUri !== undefined && checkAddress(jwksUri, issuers.map(jwksUriOf), at('jwksUri')) && 'jwksUri',
  ].filter((member) => member !== false);
  if (problems.length > before) return undefined;
  for (const member of foreign) {
    warnings.push(`${name}.${member} is not Cognito's own: tokens of an emulator on this machine are trusted.`);
  }
  return value as unknown as PoolSettings;
}

function checkDistinct({ pools, problems }: ParsedPools) {
  const seen = new Map<string, string>();
  const all = pools.flatMap(([name, pool]) => [
    [name, pool] as const,
    ...(pool.previous ? [[`${name}.previous`, pool.previous] as const] : []),
  ]);
  for (const [name, { userPoolId, issuer = cognitoIssuers(userPoolId)[0] }] of all) {
    const other = seen.get(issuer);
    if (other) problems.push(`COGNITO_POOLS: ${other} and ${name} have the same issuer; list each pool once.`);
    seen.set(issuer, name);
  }
}

/** The JSON of COGNITO_POOLS -> the pools by name, every problem and every warning in it. */
export function parsePools(json: string): ParsedPools {
  const result: ParsedPools = { pools: [], problems: [], warnings: [] };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    result.problems.push(`COGNITO_POOLS is not JSON; it should look like ${EXAMPLE}.`);
    return result;
  }
  if (!isObject(value) || Object.keys(value).length === 0) {
    result.problems.push(`COGNITO_POOLS must be a JSON object of one or more pools, such as ${EXAMPLE}.`);
    return result;
  }
  for (const [name, pool] of Object.entries(value)) {
    const settings = checkPool(name, pool, result);
    if (settings) result.pools.push([name, settings]);
  }
  checkDistinct(result);
  return result;
}
