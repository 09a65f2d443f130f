/** What keeps the API from starting and is the operator's to mend: an entry prints the message, no stack, and exits 1. */
export class StartError extends Error {
  override name = 'StartError';
}
