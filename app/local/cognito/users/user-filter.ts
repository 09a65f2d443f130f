import { invalidParameter } from '../errors.js';
import type { User } from '../state/state.js';
import { statusOf } from './user.js';

const FILTER = /^\s*(?<name>[\w:]+)\s*(?<operator>\^?=)\s*"(?<value>.*)"\s*$/su;
const SEARCHABLE = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'] as const;

const readers: Readonly<Partial<Record<string, (user: User) => string | undefined>>> = {
  username: ({ username }) => username,
  sub: ({ sub }) => sub,
  status: ({ enabled }) => (enabled ? 'Enabled' : 'Disabled'),
  'cognito:user_status': statusOf,
  ...Object.fromEntries(SEARCHABLE.map((name) => [name, ({ attributes }: User) => attributes.get(name)])),
};

/** ListUsers's filter: `name = "value"` or, for a prefix, `name ^= "value"`; throws InvalidParameterException. */
export function userFilter(filter = ''): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const parts = FILTER.exec(filter)?.groups;
  if (!parts) throw invalidParameter('Error while parsing filter.');
  const read = Object.hasOwn(readers, parts['name'] ?? '') ? readers[parts['name'] ?? ''] : undefined;
  if (!read) throw invalidParameter(`Invalid search attribute: ${parts['name']}`);
  const value = (parts['value'] ?? '').replaceAll('\\"', '"');
  return parts['operator'] === '=' ? (user) => read(user) === value : (user) => read(user)?.startsWith(value) ?? false;
}
