import type { Profile } from '../../platform/contract/profile.js';
import { isLoopback } from './hosts.js';

/** A profile as it is stored: with the hosts that `profile add --allow-host` named. */
export interface StoredProfile extends Profile {
  readonly allowedHosts?: readonly string[];
}

/** Names of profiles, pools and machines: they name files and are typed. */
export const NAME = /^[A-Za-z0-9][\w-]{0,63}$/;
export const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isId = (value: unknown) => typeof value === 'string' && /^[\w+-]{1,128}$/.test(value);
const isRegion = (value: unknown) => typeof value === 'string' && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(value);
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isHosts = (value: unknown) => Array.isArray(value) && value.every((host) => isText(host) && HOST.test(host));
const isOptional = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || value === null || is(value);

/** Passwords and tokens go there: https, or this very machine. */
function isSafeUrl(value: unknown) {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && !url.username && !url.password;
}

const URL_RULE = 'must be an https:// URL (http:// only on a loopback address)';
const TEXT_RULE = 'must be a non-empty string';
const ID_RULE = 'must be an id as Cognito gives it';

type Rule = [name: string, is: (value: unknown) => boolean, rule: string];

const PROFILE: Rule[] = [
  ['apiUrl', isSafeUrl, URL_RULE],
  ['cognitoEndpoint', isSafeUrl, URL_RULE],
  ['region', isRegion, 'must be a region such as eu-west-1'],
  ['apiId', isOptional(isId), 'must be the id of an HTTP API'],
  ['functionName', isOptional(isText), TEXT_RULE],
  ['allowedHosts', isOptional(isHosts), 'must be a list of host names'],
];
const POOL: Rule[] = [
  ['userPoolId', isId, ID_RULE],
  ['clientId', isId, ID_RULE],
  ['clientSecret', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['clientSecretId', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['publicClientId', isOptional(isId), ID_RULE],
  ['issuer', isSafeUrl, URL_RULE],
  ['jwksUri', isSafeUrl, URL_RULE],
  ['domainUrl', isOptional(isSafeUrl), URL_RULE],
  ['machine', (value) => value === undefined, "must be absent: machines' secrets are in a document of their own"],
];
const MACHINE: Rule[] = [
  ['clientId', isId, ID_RULE],
  ['clientSecret', isText, TEXT_RULE],
  ['clientSecretId', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['tokenUrl', isSafeUrl, URL_RULE],
  ['scopes', isTexts, 'must be a list of strings'],
];

const violations = (at: string, fields: Fields, rules: Rule[]) =>
  rules.filter(([name, is]) => !is(fields[name])).map(([name, , rule]) => `${at}${name} ${rule}`);

function entryProblems(at: string, entries: Fields, rules: Rule[]): string[] {
  return Object.entries(entries).flatMap(([name, fields]) => {
    if (!NAME.test(name)) return [`the name ${at}${name} must be letters, digits, - and _`];
    return isObject(fields) ? violations(`${at}${name}.`, fields, rules) : [`${at}${name} must be an object`];
  });
}

/** What is wrong with a profile, a text for each problem. None quotes a value: a secret might be in the wrong place. */
export function profileProblems(value: unknown): string[] {
  if (!isObject(value)) return ['it must be a JSON object'];
  const { pools } = value;
  if (!isObject(pools) || Object.keys(pools).length === 0) return ['pools must name at least one pool'];
  return [...violations('', value, PROFILE), ...entryProblems('pools.', pools, POOL)];
}

/** The same for a machines document. */
export function machinesProblems(value: unknown): string[] {
  return isObject(value) ? entryProblems('', value, MACHINE) : ['it must be a JSON object'];
}
