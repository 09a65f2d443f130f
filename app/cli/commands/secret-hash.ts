import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { secretHash } from '../session/secret-hash.js';
import { readSecretFile, readSecretLines } from '../terminal/input.js';

export interface SecretHashOptions {
  clientId?: string;
  clientSecretFile?: string;
}

/** Prints the hash that Cognito requires with the user name from a client that has a secret. */
export async function printSecretHash(
  context: CommandContext,
  user: string,
  options: SecretHashOptions,
): Promise<void> {
  const { terminal } = context;
  const clientId = options.clientId ?? context.target().pool.clientId;
  const hash = secretHash(await readClientSecret(context, options), user, clientId);
  if (terminal.asJson) terminal.json({ secretHash: hash, user, clientId });
  else terminal.data(`${hash}\n`);
}

async function readClientSecret({ runtime, prompt }: CommandContext, { clientSecretFile: file }: SecretHashOptions) {
  if (file !== undefined && file !== '-') return readSecretFile(file);
  if (runtime.stdin.isTTY && file === undefined) {
    const instead = commandLine('secret-hash', 'USER', '--client-secret-file', 'FILE');
    return prompt.secret({ message: 'Client secret', instead });
  }
  const [secret = ''] = await readSecretLines(runtime, ['the client secret']);
  return secret;
}
