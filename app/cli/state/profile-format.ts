import type { MachineClient, Profile } from '../../platform/contract/profile.js';
import { isLoopback } from './hosts.js';

/** A profile as it is stored: with the hosts that `profile add --allow-host` named. */
export interface StoredProfile extends Profile {
  readonly allowedHosts?: readonly string[];
}

/** A machine client as it is stored: once its secret is rotated, Secrets Manager alone may have it. */
export type StoredMachine = Omit<MachineClient, 'clientSecret'> & Partial<Pick<MachineClient, 'clientSecret'>>;
export type StoredMachines = Readonly<Record<string, StoredMachine>>;

/** Names of profiles, pools and machines: they name files and are typed. */
export const NAME = /^[A-Za-z0-9][\w-]{0,63}$/;
export const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html#awssecretsmanager-resources-for-iam-policies */
const SECRET_ARN =
  /^arn:aws[a-z-]*:secretsmanager:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):\d{12}:secret:(?<name>[\w/+=.@-]+)-[A-Za-z0-9]{6}$/;

/** A secret's Region, and its name without what Secrets Manager adds to it in an ARN; undefined for no ARN of a secret. */
export function parseSecretArn(arn: string): { region: string; name: string } | undefined {
  const { region, name } = SECRET_ARN.exec(arn)?.groups ?? {};
  return region !== undefined && name !== undefined ? { region, name } : undefined;
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isId = (value: unknown) => typeof value === 'string' && /^[\w+-]{1,128}$/.test(value);
const isRegion = (value: unknown) => typeof value === 'string' && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(value);
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isHosts = (value: unknown) => Array.isArray(value) && value.every((host) => isText(host) && HOST.test(host));
const isOptional = (is: Is) => (value: unknown, fields: Fields) =>
  value === undefined || value === null || is(value, fields);
/** Nobody's profile makes the command read or replace a secret that isn't named after the client itself. */
const isOwnSecret = (value: unknown, { clientId }: Fields) =>
  typeof value === 'string' && parseSecretArn(value)?.name.split('/').at(-1) === clientId;

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

const ARN_RULE = "must be the ARN of a secret whose name ends in / and the client's id, or absent";

type Is = (value: unknown, fields: Fields) => boolean;
type Rule = [name: string, is: Is, rule: string];

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
  ['clientSecretArn', isOptional(isOwnSecret), ARN_RULE],
  ['publicClientId', isOptional(isId), ID_RULE],
  ['issuer', isSafeUrl, URL_RULE],
  ['jwksUri', isSafeUrl, URL_RULE],
  ['domainUrl', isOptional(isSafeUrl), URL_RULE],
  ['machine', (value) => value === undefined, "must be absent: machines' secrets are in a document of their own"],
];
const MACHINE: Rule[] = [
  ['clientId', isId, ID_RULE],
  [
    'clientSecret',
    (value, { clientSecretArn }) => isText(value) || (value === undefined && clientSecretArn !== undefined),
    TEXT_RULE,
  ],
  ['clientSecretId', isOptional(isText), `${TEXT_RULE}, or absent`],
  ['clientSecretArn', isOptional(isOwnSecret), ARN_RULE],
  ['tokenUrl', isSafeUrl, URL_RULE],
  ['scopes', isTexts, 'must be a list of strings'],
];

const violations = (at: string, fields: Fields, rules: Rule[]) =>
  rules.filter(([name, is]) => !is(fields[name], fields)).map(([name, , rule]) => `${at}${name} ${rule}`);

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
