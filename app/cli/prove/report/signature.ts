import { createPrivateKey, type KeyObject } from 'node:crypto';
import { shellWord } from '../../command-line.js';
import { Failure } from '../../failure.js';
import type { Runtime } from '../../runtime.js';
import { readPrivateFile } from '../../state/private-file.js';

/**
 * The Ed25519 key that a report is signed with: PEM, PKCS #8, readable to its owner alone. Throws `key_missing`, `key_invalid`, and as
 * `readPrivateFile` does.
 */
export function readSigningKey(path: string, runtime: Pick<Runtime, 'platform' | 'uid'>): KeyObject {
  const pem = readPrivateFile(path, runtime);
  const hint = `Make one: (umask 077; openssl genpkey -algorithm ed25519 -out ${shellWord(path)})`;
  if (pem === undefined) throw new Failure('usage', 'key_missing', { message: `${path} does not exist.`, hint });
  const key = parse(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new Failure('usage', 'key_invalid', {
    message: `${path} is not an Ed25519 private key in PEM without a passphrase.`,
    hint,
  });
}

function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
