import type { SetUserPoolMfaConfigRequest } from '@aws-sdk/client-cognito-identity-provider';
import { expect } from '@jest/globals';
import type { Emulator } from '../local/emulator.js';
import { STEP_MS, totp } from './authenticator-app.js';
import { newEmulatorPool } from './emulator-pool.js';
import { PASSWORD, product, type Person, type Result } from './environment.js';
import type { Typing } from './pseudo-terminal.js';

export const TEMPORARY = 'Temp0rary!';
export const SET_UP = '"$NODE" "$BIN" mfa set up; echo "exit=$?"';
export const LOGIN = '"$NODE" "$BIN" login mario; echo "exit=$?"';

/** What `mfa status --json` says of mario without a factor, and with an app. */
export const NO_FACTOR = { profile: 'local', pool: 'customers', user: 'mario', factors: [], preferred: null };
export const TOTP = { ...NO_FACTOR, factors: ['totp'], preferred: 'totp' };

/** Settings of a pool that takes apps, or codes by e-mail. */
export const APPS = { SoftwareTokenMfaConfiguration: { Enabled: true } };
export const EMAILS = { EmailMfaConfiguration: {} };

const ISSUER = `${product.name}%20customers%20local`;
export const addressOf = (secret: string) => `otpauth://totp/${ISSUER}:mario?secret=${secret}&issuer=${ISSUER}`;

/** The secret as it is shown below the QR code. */
export const secretOn = (screen: string) => /type this secret into it:\s+([A-Z2-7]+)/i.exec(screen)?.[1] ?? '';
export const ENROLMENT_PROMPT = 'Code of the app';
export const SIGN_IN_PROMPT = 'Code of the authenticator app';
export const typePassword: Typing = { after: 'Password of mario', type: `${PASSWORD}\r` };
/** Typed when the prompt is shown again, which its own redrawing does not tell. */
export const again = ({ type }: Typing): Typing => ({ after: 'valid now', type });

/** Exit code and code of an error under --json. */
export function refusal({ code, stdout, stderr }: Result) {
  expect(stdout).toBe('');
  return [code, (JSON.parse(stderr) as { error: { code: string } }).error.code];
}

/** Signs mario in with what is on stdin, under --json. */
export function login(person: Person, flags: string[], lines: string[]): Promise<Result> {
  return person.run(['login', 'mario', '--password-stdin', ...flags, '--json'], { input: lines.join('\n') });
}

export async function status(person: Person): Promise<unknown> {
  return JSON.parse((await person.run(['mfa', 'status', '--json'])).stdout);
}

/** An authenticator app whose clock is the emulator's. */
export interface App {
  code(secret: string): string;
  wrongCode(secret: string): string;
  /** Each code is good for one use: time for the next one. */
  waitForNextCode(): void;
  /** Typed at the enrolment, with the secret that is on the screen. */
  typeCode: Typing;
  typeWrongCode: Typing;
}

export function createApp(emulator: Emulator): App {
  const code = (secret: string) => totp(secret, emulator.now());
  const wrongCode = (secret: string) => totp(secret, emulator.now() + 100 * STEP_MS);
  return {
    code,
    wrongCode,
    waitForNextCode: () => emulator.pass({ seconds: STEP_MS / 1000 }),
    typeCode: { after: ENROLMENT_PROMPT, type: (screen) => `${code(secretOn(screen))}\r` },
    typeWrongCode: { after: ENROLMENT_PROMPT, type: (screen) => `${wrongCode(secretOn(screen))}\r` },
  };
}

interface User {
  mfa?: Omit<SetUserPoolMfaConfigRequest, 'UserPoolId'>;
  /** Verified. */
  email?: string;
  /** With the temporary password, never signed in. */
  isNew?: boolean;
}

/** A new pool of the emulator with the user mario, who is signed in unless new. */
export async function newUser(emulator: Emulator, { mfa, email, isNew = false }: User) {
  const { userPoolId: UserPoolId, ...person } = await newEmulatorPool(emulator);
  if (mfa) await emulator.sdk.setUserPoolMfaConfig({ UserPoolId, ...mfa });
  const UserAttributes = email ? Object.entries({ email, email_verified: 'true' }) : [];
  await emulator.sdk.adminCreateUser({
    UserPoolId,
    Username: 'mario',
    TemporaryPassword: TEMPORARY,
    MessageAction: 'SUPPRESS',
    UserAttributes: UserAttributes.map(([Name, Value]) => ({ Name, Value })),
  });
  if (!isNew) {
    await person.run(['user', 'passwd', 'mario', '--password-stdin'], { input: PASSWORD });
    await login(person, [], [PASSWORD]);
  }
  return { person, userPoolId: UserPoolId };
}

/** Sets an app up without a terminal, and returns its secret. */
export async function setUpApp(person: Person, app: App): Promise<string> {
  const { stdout } = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
  const { secret } = JSON.parse(stdout) as { secret: string };
  await person.run(['mfa', 'set', 'up', '--code-stdin'], { input: app.code(secret) });
  app.waitForNextCode();
  return secret;
}
