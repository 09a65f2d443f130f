/** Something that the person at the keyboard can mend: the entry prints `message`, and no stack. */
export class StartError extends Error {
  override name = 'StartError';
}
