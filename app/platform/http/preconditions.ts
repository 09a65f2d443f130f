import { inputInvalid } from './input.js';
import { Problem } from './problem.js';

export const IF_MATCH = 'If-Match';

export const preconditionRequired = new Problem({
  status: 428,
  code: 'precondition_required',
  detail: 'Send If-Match with the ETag of the state that you want to change.',
});

export const preconditionFailed = new Problem({
  status: 412,
  code: 'precondition_failed',
  detail: 'It has changed since: get it again, and send If-Match with its new ETag.',
});

/** The strong entity tag of a version (RFC 9110 section 8.8.3). */
export function etagOf(version: number): string {
  return `"${version}"`;
}

const ENTITY_TAG = /^(?:W\/)?"[!#-~\u0080-\u00FF]*"$/;

/**
 * RFC 9110 section 13.1.1: `*`, or a list of entity tags, compared strongly. Throws `preconditionRequired` where the
 * header is missing, `preconditionFailed` where no tag matches, and a 422 where it is malformed.
 */
export function assertIfMatch(header: string | undefined, version: number) {
  if (header === undefined) throw preconditionRequired;
  const tags = header.split(',').map((tag) => tag.trim());
  if (header.trim() === '*') return;
  if (!tags.every((tag) => ENTITY_TAG.test(tag))) {
    throw inputInvalid([{ field: 'if-match', detail: 'must be * or the ETag of a response, quotes included' }]);
  }
  if (!tags.includes(etagOf(version))) throw preconditionFailed;
}
