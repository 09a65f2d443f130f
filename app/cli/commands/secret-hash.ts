import type { Parts } from '../command.js';
import { readSecretFile, readSecretLines } from '../terminal/input.js';
import { secretHash } from '../session/secret-hash.js';

export interface SecretHashOptions {
  clientId?: string;
  clientSecretFile?: string;
}

/** The hash that Cognito asks of a client that has a secret. */
export async function printSecretHash(parts: Parts, user: string, options: SecretHashOptions): Promise<void> {
  const { terminal } = parts;
  const clientId = options.clientId ?? parts.target().pool.clientId;
  const hash = secretHash(await readClientSecret(parts, options), user, clientId);
  if (terminal.asJson) terminal.json({ secretHash: hash, user, clientId });
  else terminal.data(`${hash}\n`);
}

async function readClientSecret({ runtime, prompt }: Parts, { clientSecretFile: file }: SecretHashOptions) {
  if (file !== undefined && file !== '-') return readSecretFile(file);
  if (runtime.stdin.isTTY && file === undefined) {
    return prompt.secret({ message: 'Client secret', instead: 'pizza secret-hash USER --client-secret-file FILE' });
  }
  const [secret = ''] = await readSecretLines(runtime, ['the client secret']);
  return secret;
}
