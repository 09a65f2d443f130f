import { invalidParameter } from '../errors.js';
import {
  isStructure,
  optional,
  readMembers,
  required,
  violation,
  wrongType,
  type Field,
  type Input,
  type OptionalField,
  type Shape,
} from './shape.js';

interface TextLimits {
  min?: number;
  max?: number;
  pattern?: RegExp;
}

/** A string; lengths in characters, the pattern must match all of it. */
export function text({ min = 0, max = 131_072, pattern }: TextLimits = {}): OptionalField<string> {
  const whole = pattern && new RegExp(`^(?:${pattern.source})$`, 'u');
  return optional((value, at, problems) => {
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
  return optional((value, at, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(at, 'an integer');
    if (value < min) problems.push(violation(at, `Member must have value greater than or equal to ${min}`));
    if (value > max) problems.push(violation(at, `Member must have value less than or equal to ${max}`));
    return value;
  });
}

export const flag: OptionalField<boolean> = optional((value, at) => {
  if (typeof value !== 'boolean') throw wrongType(at, 'a boolean');
  return value;
});

/** One of a fixed set of strings. */
export function oneOf<const T extends string>(...values: readonly T[]): OptionalField<T> {
  return optional((value, at, problems) => {
    if (typeof value !== 'string') throw wrongType(at, 'a string');
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) problems.push(violation(at, `Member must satisfy enum value set: [${values.join(', ')}]`));
    return found;
  });
}

/** A list of at most `max` members. */
export function list<T>(of: Field<T>, max = 100): OptionalField<T[]> {
  return optional((value, at, problems) => {
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
export const stringMap: OptionalField<Map<string, string>> = optional((value, at) => {
  if (!isStructure(value)) throw wrongType(at, 'a map');
  return new Map(
    Object.entries(value).map(([key, item]) => {
      if (typeof item !== 'string') throw wrongType(`${at}.${key}`, 'a string');
      return [key, item];
    }),
  );
});

/** Bytes in base64, at most `max` of them. */
export function binary(max: number): OptionalField<string> {
  return optional((value, at, problems) => {
    if (typeof value !== 'string' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(value))
      throw wrongType(at, 'base64');
    if (Buffer.byteLength(value, 'base64') > max)
      problems.push(violation(at, `Member must have length less than or equal to ${max}`));
    return value;
  });
}

/** A structure that the API says nothing about. */
export const json: OptionalField<object> = optional((value, at) => {
  if (!isStructure(value)) throw wrongType(at, 'a structure');
  return value;
});

/** A structure within a structure. */
export function structure<S extends Shape>(shape: S): OptionalField<Input<S>> {
  return optional((value, at, problems) => {
    if (!isStructure(value)) throw wrongType(at, 'a structure');
    return readMembers(shape, value, `${at}.`, problems);
  });
}

/** AuthParameters and ChallengeResponses: string to string, with keys that depend on flow and challenge. */
export type Parameters = ReadonlyMap<string, string>;

/** Throws InvalidParameterException where the parameter is missing or empty. */
export function takeParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/** Accepted and discarded: metadata for analytics and threat protection, which the emulator lacks. */
export const ignored: OptionalField<unknown> = optional(() => undefined);

/** Stored without a check, only to be described again. */
export const stored: OptionalField<unknown> = optional((value) => value);

/** A setting that changes how people sign in, and that the emulator lacks: refused, not ignored, unless empty or false. */
export const refused: OptionalField<never> = optional<never>((value, at, problems) => {
  const empty = value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  if (!empty) problems.push(violation(at, 'Member is not supported by the local Cognito emulator'));
  return undefined;
});
