/** The API cannot start and the operator can fix it: an entry prints the message, no stack, and exits 1. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Loads a function. Lambda logs an error of loading with its stack, which tells nothing of settings that are wrong. */
export function loadOrExplain<Loaded>(load: () => Loaded): Loaded {
  try {
    return load();
  } catch (error) {
    if (error instanceof StartError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}
