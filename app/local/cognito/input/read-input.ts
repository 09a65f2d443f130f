import { CognitoError, invalidParameter } from '../errors.js';
import { isStructure, readMembers, type Input, type Shape } from './shape.js';

const MOST_SHOWN = 10;

/**
 * The request as `shape` says, or one InvalidParameterException that names every wrong, missing and unknown member.
 * A member of the wrong JSON type is a SerializationException, as in AWS JSON 1.1.
 */
export function readInput<S extends Shape>(shape: S, body: unknown): Input<S> {
  if (!isStructure(body)) throw new CognitoError('SerializationException', 'The request body is not a JSON object.');
  const problems: string[] = [];
  const input = readMembers(shape, body, '', problems);
  if (problems.length === 0) return input;
  const errors = problems.length === 1 ? 'error' : 'errors';
  throw invalidParameter(
    `${problems.length} validation ${errors} detected: ${problems.slice(0, MOST_SHOWN).join('; ')}`,
  );
}
