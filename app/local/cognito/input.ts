import { CognitoError, invalidParameter } from './errors.js';

/** Reads one member of a request: the value, or undefined after noting in `problems` what is wrong with it. */
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

export type Shape = Readonly<Record<string, Field<unknown>>>;
export type Input<S extends Shape> = {
  [K in keyof S as S[K] extends RequiredField<unknown> ? K : never]: S[K] extends Field<infer T> ? T : never;
} & {
  [K in keyof S as S[K] extends RequiredField<unknown> ? never : K]?: S[K] extends Field<infer T> ? T : never;
};

interface TextLimits {
  min?: number;
  max?: number;
  pattern?: RegExp;
}

/** A string; lengths in characters, the pattern must match all of it. */
export function text({ min = 0, max = 131_072, pattern }: TextLimits = {}): OptionalField<string> {
  const whole = pattern && new RegExp(`^(?:${pattern.source})$`, 'u');
  return optionalOf((value, at, problems) => {
    if (typeof value !== 'string') throw wrongType(at, 'a string');
    if (value.length < min) problems.push(violation(at, `Member must have length greater than or equal to ${min}`));
    if (value.length > max) problems.push(violation(at, `Member must have length less than or equal to ${max}`));
    if (whole && !whole.test(value))
      problems.push(violation(at, `Member must satisfy regular expression pattern: ${whole.source.slice(4, -2)}`));
    return value;
  });
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): OptionalField<number> {
  return optionalOf((value, at, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(at, 'an integer');
    if (value < min) problems.push(violation(at, `Member must have value greater than or equal to ${min}`));
    if (value > max) problems.push(violation(at, `Member must have value less than or equal to ${max}`));
    return value;
  });
}

export const flag: OptionalField<boolean> = optionalOf((value, at) => {
  if (typeof value !== 'boolean') throw wrongType(at, 'a boolean');
  return value;
});

/** One of a fixed set of strings. */
export function oneOf<const T extends string>(...values: readonly T[]): OptionalField<T> {
  return optionalOf((value, at, problems) => {
    if (typeof value !== 'string') throw wrongType(at, 'a string');
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) problems.push(violation(at, `Member must satisfy enum value set: [${values.join(', ')}]`));
    return found;
  });
}

/** A list of at most `max` members. */
export function list<T>(of: Field<T>, max = 100): OptionalField<T[]> {
  return optionalOf((value, at, problems) => {
    if (!Array.isArray(value)) throw wrongType(at, 'a list');
    if (value.length > max) {
      problems.push(violation(at, `Member must have length less than or equal to ${max}`));
      return undefined;
    }
    return value.flatMap((item: unknown, index) => {
      const member = required(of).read(item, `${at}.${index + 1}.member`, problems);
      return member === undefined ? [] : [member];
    });
  });
}

/** String to string; a Map, because a caller may name a key `__proto__`. */
export const stringMap: OptionalField<Map<string, string>> = optionalOf((value, at) => {
  if (!isObject(value)) throw wrongType(at, 'a map');
  return new Map(
    Object.entries(value).map(([key, item]) => {
      if (typeof item !== 'string') throw wrongType(`${at}.${key}`, 'a string');
      return [key, item];
    }),
  );
});

/** A structure within a structure. */
export function structure<S extends Shape>(shape: S): OptionalField<Input<S>> {
  return optionalOf((value, at, problems) => {
    if (!isObject(value)) throw wrongType(at, 'a structure');
    return readMembers(shape, value, `${at}.`, problems);
  });
}

/** Taken and not looked at: metadata that Cognito hands to triggers or to analytics, which don't exist here. */
export const ignored: OptionalField<unknown> = optionalOf(() => undefined);

/** Taken as it is, to be described again. */
export const kept: OptionalField<unknown> = optionalOf((value) => value);

/** What would change how people sign in, and isn't built here: refused rather than ignored, unless it is empty or false. */
export const refused: OptionalField<never> = optionalOf<never>((value, at, problems) => {
  const empty = value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  if (!empty)
    problems.push(violation(at, 'Member is not supported by the local stand-in'));
  return undefined;
});

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

/**
 * The request as `shape` says, or one InvalidParameterException that names every wrong, missing and unknown member.
 * A member of the wrong JSON type is a SerializationException, as in AWS JSON 1.1.
 */
export function readInput<S extends Shape>(shape: S, body: unknown): Input<S> {
  if (!isObject(body)) throw new CognitoError('SerializationException', 'The request body is not a JSON object.');
  const problems: string[] = [];
  const input = readMembers(shape, body, '', problems);
  if (problems.length === 0) return input;
  const errors = problems.length === 1 ? 'error' : 'errors';
  throw invalidParameter(`${problems.length} validation ${errors} detected: ${problems.slice(0, 10).join('; ')}`);
}

function readMembers<S extends Shape>(shape: S, body: object, prefix: string, problems: string[]): Input<S> {
  const members = new Map(Object.entries(body));
  const read = Object.entries(shape).map(([name, field]) => [
    name,
    field.read(members.get(name), `${prefix}${camelCase(name)}`, problems),
  ]);
  for (const name of members.keys())
    if (!Object.hasOwn(shape, name)) problems.push(`Unknown parameter '${prefix}${name.slice(0, 64)}'`);
  // Each member was read by its own field; a problem ends in an exception before anyone looks.
  const input: Input<S> = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  return input;
}

function optionalOf<T>(read: Field<T>['read']): OptionalField<T> {
  return {
    required: false,
    read: (value, at, problems) => (value === undefined || value === null ? undefined : read(value, at, problems)),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const violation = (at: string, constraint: string) => `Value at '${at}' failed to satisfy constraint: ${constraint}`;
const wrongType = (at: string, type: string) => new CognitoError('SerializationException', `'${at}' must be ${type}.`);
const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
