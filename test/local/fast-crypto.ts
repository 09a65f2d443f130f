import type { CognitoOptions } from '../../app/local/cognito/server.js';
import { createPasswords } from '../../app/local/cognito/users/passwords.js';

/** Private keys that `signing-keys.js` made before the run, PKCS #8 in PEM. */
export const readyKeys = JSON.parse(process.env['TEST_SIGNING_KEYS'] ?? '[]') as string[];

/**
 * Hashes of the lowest cost, and those keys: otherwise a password takes 60 ms and a pool half a second. The keys of an
 * emulator's first four pools differ.
 */
export function fastCrypto(): Required<Pick<CognitoOptions, 'passwords' | 'newKey'>> {
  let count = 0;
  const newKey = async () => readyKeys[count++ % readyKeys.length] ?? '';
  return { passwords: createPasswords(2), newKey };
}
