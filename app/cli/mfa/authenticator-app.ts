import { product } from '../../api/product.js';
import { AwsError } from '../aws/aws-error.js';
import type { Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import type { Target } from '../state/profiles.js';
import { qrCodeLines } from '../terminal/qr-code.js';
import { submitCode } from './code.js';

/** Whose app it is. */
export interface AppAccount {
  target: Pick<Target, 'profileName' | 'poolName'>;
  user: string;
}

/** What lets a person set an app up: a token, or the session of a sign-in that the challenge MFA_SETUP interrupts. */
type Permission = { AccessToken: string } | { Session: string | undefined };

/**
 * Gets a secret, shows it at the terminal, and has a code of it verified. Returns the session for the response to
 * MFA_SETUP. `instead` is what to do without a terminal. Throws AwsErrors and what prompts throw.
 */
export async function enrolApp(
  context: CommandContext,
  cognito: Cognito,
  { account, permission, instead }: { account: AppAccount; permission: Permission; instead: string },
): Promise<string | undefined> {
  const { secret, session } = await requestSecret(cognito, permission);
  await showSecret(context, secret, account);
  const next = 'Session' in permission ? { Session: session } : permission;
  return submitCode(context, { message: 'Code of the app', instead }, (code) => verifyCode(cognito, next, code));
}

/** A new secret, which replaces an earlier one once a code of it is verified. */
export async function requestSecret({ sdk, client }: Cognito, permission: Permission) {
  const { SecretCode: secret = '', Session: session } = await client.send(
    new sdk.AssociateSoftwareTokenCommand(permission),
  );
  return { secret, session };
}

/** Cognito says in two ways that a code is wrong; here it is an AwsError both times. */
export async function verifyCode({ sdk, client }: Cognito, permission: Permission, code: string) {
  const { Status, Session } = await client.send(new sdk.VerifySoftwareTokenCommand({ ...permission, UserCode: code }));
  if (Status === 'ERROR') throw new AwsError('EnableSoftwareTokenMFAException', 'Code mismatch');
  return Session;
}

/**
 * The address that authenticator apps read from a QR code. The issuer names product, pool and profile, since a person may
 * have an account in several. https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
export function otpauthAddress(secret: string, { target: { profileName, poolName }, user }: AppAccount): string {
  const issuer = encodeURIComponent(`${product.name} ${poolName} ${profileName}`);
  return `otpauth://totp/${issuer}:${encodeURIComponent(user)}?secret=${secret}&issuer=${issuer}`;
}

/** As a QR code where the terminal is wide enough for one, and as text. */
async function showSecret({ runtime, terminal }: CommandContext, secret: string, account: AppAccount) {
  const address = otpauthAddress(secret, account);
  const lines = await qrCodeLines(address);
  const width = lines[0]?.length ?? 0;
  const { columns } = runtime.stderr;
  // A terminal that does not know its size says 0.
  if (columns > 0 && columns < width) {
    terminal.show(`Add this secret to an authenticator app:  ${secret}\nor open this address in it:  ${address}`);
    return terminal.show(`(A QR code needs ${width} columns, and this terminal has ${columns}.)\n`);
  }
  terminal.show('Scan this QR code with an authenticator app:\n');
  // Scanners expect dark on light, whatever the terminal's own colours are.
  for (const text of lines) terminal.show({ style: ['whiteBright', 'bgBlack'], text });
  return terminal.show(`\nor type this secret into it:  ${secret}\n`);
}
