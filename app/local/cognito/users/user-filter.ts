import { invalidParameter } from '../errors.js';
import type { User } from '../state/state.js';
import { statusOf } from './user.js';

const FILTER = /^\s*(?<name>[\w:]+)\s*(?<operator>\^?=)\s*"(?<value>(?:[^"\\]|\\.)*)"\s*$/su;
const SEARCHABLE = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'] as const;

interface Attribute {
  read: (user: User) => string | undefined;
  ignoreCase?: boolean;
}

const attributes: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ['username', { read: ({ username }) => username }],
  ['sub', { read: ({ sub }) => sub }],
  ['status', { read: ({ enabled }) => (enabled ? 'Enabled' : 'Disabled') }],
  ['cognito:user_status', { read: statusOf, ignoreCase: true }],
  ...SEARCHABLE.map((name) => [name, { read: (user: User) => user.attributes.get(name) }] as const),
]);

/**
 * ListUsers's filter: one `name = "value"` or, for a prefix, `name ^= "value"`; throws InvalidParameterException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api
 */
export function userFilter(filter = ''): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const parts = FILTER.exec(filter)?.groups;
  if (!parts) throw invalidParameter('Error while parsing filter.');
  const { name = '', operator, value = '' } = parts;
  const attribute = attributes.get(name);
  if (!attribute) throw invalidParameter(`Invalid search attribute: ${name}`);
  const comparable = (text: string) => (attribute.ignoreCase ? text.toLowerCase() : text);
  const wanted = comparable(value.replaceAll(/\\(.)/gsu, '$1'));
  return (user) => {
    const value = attribute.read(user);
    if (value === undefined) return false;
    return operator === '=' ? comparable(value) === wanted : comparable(value).startsWith(wanted);
  };
}
