/** The API cannot start and the operator can fix it: an entry prints the message, no stack, and exits 1. */
export class StartError extends Error {
  override name = 'StartError';
}
