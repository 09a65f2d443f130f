import { CognitoError, invalidParameter } from '../errors.js';

/** Reads one member of a request: its value, or undefined after adding to `problems` what is wrong with it. */
export interface Field<T> {
  readonly required: boolean;
  read(value: unknown, at: string, problems: string[]): T | undefined;
}
export interface RequiredField<T> extends Field<T> {
  readonly required: true;
}
export interface OptionalField<T> extends Field<T> {
  readonly required: false;
}

/** The members that a structure may have. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** What a structure of that shape holds once it is read. */
export type Input<S extends Shape> = {
  [K in keyof S as S[K] extends RequiredField<unknown> ? K : never]: S[K] extends Field<infer T> ? T : never;
} & {
  [K in keyof S as S[K] extends RequiredField<unknown> ? never : K]?: S[K] extends Field<infer T> ? T : never;
};

const MAX_PROBLEMS = 10;

/**
 * The request as `shape` says, or one InvalidParameterException that names every invalid, missing and unknown member.
 * A member of the wrong JSON type is a SerializationException, as in AWS JSON 1.1.
 */
export function readInput<S extends Shape>(shape: S, body: unknown): Input<S> {
  if (!isStructure(body)) throw new CognitoError('SerializationException', 'The request body is not a JSON object.');
  const problems: string[] = [];
  const input = readMembers(shape, body, '', problems);
  if (problems.length === 0) return input;
  const errors = problems.length === 1 ? 'error' : 'errors';
  throw invalidParameter(
    `${problems.length} validation ${errors} detected: ${problems.slice(0, MAX_PROBLEMS).join('; ')}`,
  );
}

/** Reads the members of `body`, and adds to `problems` each that is missing, invalid or unknown. */
export function readMembers<S extends Shape>(shape: S, body: object, prefix: string, problems: string[]): Input<S> {
  const members = new Map<string, unknown>(Object.entries(body));
  const read = Object.entries(shape).map(([name, field]) => [
    name,
    field.read(members.get(name), `${prefix}${camelCase(name)}`, problems),
  ]);
  for (const name of members.keys())
    if (!Object.hasOwn(shape, name)) problems.push(`Unknown parameter '${prefix}${name.slice(0, 64)}'`);
  // Each member was read by its own field; with a problem, readInput throws before the input is used.
  const input: Input<S> = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  return input;
}

/** A field that may be left out, or be null, which is the same in AWS JSON. */
export function optional<T>(read: Field<T>['read']): OptionalField<T> {
  return {
    required: false,
    read: (value, at, problems) => (value === undefined || value === null ? undefined : read(value, at, problems)),
  };
}

/** The same field, which may not be left out. */
export function required<T>(field: Field<T>): RequiredField<T> {
  return {
    required: true,
    read(value, at, problems) {
      if (value !== undefined && value !== null) return field.read(value, at, problems);
      problems.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
      return undefined;
    },
  };
}

export const isStructure = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const violation = (at: string, constraint: string) =>
  `Value at '${at}' failed to satisfy constraint: ${constraint}`;

/** A member of the wrong JSON type ends the reading at once, as in AWS JSON 1.1. */
export const wrongType = (at: string, type: string) =>
  new CognitoError('SerializationException', `'${at}' must be ${type}.`);

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
