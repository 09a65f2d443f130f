import { invalidParameter } from '../errors.js';

/** AuthParameters and ChallengeResponses: a map whose keys depend on flow and challenge. */
export type Parameters = ReadonlyMap<string, string>;

/** Throws InvalidParameterException. */
export function takeParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}
