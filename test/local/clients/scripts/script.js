import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TOTP } from 'otpauth';

/** What the test gives to a script: addresses, clients, people, `dir` with the outbox. */
export const setup = JSON.parse(process.env.SETUP ?? '{}');

/** The guarded API's status for a token. */
export async function statusOf(token, path = '/me', body) {
  const response = await fetch(`${setup.apiUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.status;
}

/** Calls an operation of the local Cognito, of whose signature only the presence is checked. */
export async function administer(operation, input) {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=d';
  const headers = { authorization, 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
  const response = await fetch(setup.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
}

/** The name of the error that `work` ends with. */
export const errorOf = (work) =>
  work.then(
    () => 'none',
    ({ name }) => name,
  );

/** The code that an authenticator app shows, now or in the next 30 seconds. */
export const totp = (secret, when = 'now') =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + (when === 'next' ? 30_000 : 0) });

/** The code of the newest message to an address. */
export function codeFor(address) {
  const lines = readFileSync(join(setup.dir, 'outbox.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line)).findLast(({ to }) => to === address).code;
}

/** Has the address opened in a browser; resolves to the address that the browser comes back to. */
export async function browse(address) {
  process.stdout.write(`\nopen ${address}\n`);
  const lines = createInterface(process.stdin);
  const [callback] = await once(lines, 'line');
  lines.close();
  process.stdin.destroy();
  return new URL(callback);
}

/** Ends the output with what the script found, as one JSON line: libraries may print before it. */
export const report = (found) => process.stdout.write(`\n${JSON.stringify(found)}\n`);
