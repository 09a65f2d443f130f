import { execFile } from 'node:child_process';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { open, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from '../harness/emulated-aws.js';
import { signJwt, type SigningKey } from '../harness/issuer.js';

const READ_KEY = `import sys
from joserfc import jwk
from moto.utilities.utils import load_resource
key = jwk.RSAKey.import_key(load_resource("moto.cognitoidp.models", "resources/jwks-private.json"))
sys.stdout.buffer.write(key.as_pem(private=True))`;

let readKey: Promise<string> | undefined;

/** The key that the emulator signs with, for tokens that it can't issue. moto publishes it in its package. */
export async function emulatorKey(jwksUri: string): Promise<SigningKey> {
  readKey ??= motoPython().then(async (python) => (await promisify(execFile)(python, ['-c', READ_KEY])).stdout);
  const pem = await readKey;
  const { keys } = (await (await fetch(jwksUri)).json()) as { keys: { kid: string }[] };
  return { kid: keys[0]?.kid ?? '', privateKey: createPrivateKey(pem) };
}

/** An access token of the pool with these claims, signed with the emulator's key. */
export async function signAccessToken(
  emulator: Emulator,
  { issuer, userPoolId }: { issuer: string; userPoolId: string },
  own: object,
): Promise<string> {
  const key = await emulatorKey(emulator.jwksUri(userPoolId));
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, token_use: 'access', iat: now, exp: now + 600, jti: randomUUID(), ...own };
  return signJwt({ kid: key.kid, alg: 'RS256' }, claims, key);
}

/** The Python that moto_server's first line names; where that is a launcher, the one on the PATH. */
async function motoPython(): Promise<string> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = await realpath(join(directory, 'moto_server')).catch(() => undefined);
    if (!file) continue;
    const script = await open(file);
    const { buffer, bytesRead } = await script.read(Buffer.alloc(200), 0, 200);
    await script.close();
    const [firstLine = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
    return /^#!(?<python>\/\S*python[\d.]*)$/.exec(firstLine.trim())?.groups?.['python'] ?? 'python3';
  }
  return 'python3';
}
