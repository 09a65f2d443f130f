import { hasAwsCode, type AwsError } from '../aws/aws-error.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure, usageError } from '../failure.js';
import { enrolApp, otpauthAddress, requestSecret, verifyCode } from '../mfa/authenticator-app.js';
import { codeFailure, parseCode } from '../mfa/code.js';
import { factorOf, FACTORS, factorsIn, type Factor } from '../mfa/factors.js';
import { freshSession } from '../session/renewal.js';
import { machineNameOf } from '../session/session.js';
import { loginLine, targetFlags, type Target } from '../state/profiles.js';
import { readSecretLines } from '../terminal/input.js';

export interface MfaOptions {
  user?: string;
}
export interface SetUpOptions extends MfaOptions {
  showSecret?: boolean;
  codeStdin?: boolean;
}

/** A person who is signed in. */
interface Account {
  target: Target;
  user: string;
  AccessToken: string;
  cognito: Cognito;
}

interface FactorStatus {
  factors: Factor[];
  preferred: Factor | null;
}

/** Time enough to scan a QR code and to type a code. */
const MIN_TTL_MS = 120_000;

/**
 * Sets up an authenticator app, by prompting; without a terminal in two steps: --show-secret, which prints the secret, and
 * --code-stdin. Throws `mfa_unavailable`, `code_refused` and `input_needed`.
 */
export async function setUpMfa(context: CommandContext, options: SetUpOptions): Promise<void> {
  const { runtime, prompt } = context;
  const { showSecret = false, codeStdin = false } = options;
  if (showSecret && codeStdin)
    throw usageError('--show-secret and --code-stdin are two steps.', 'Leave one of them out.');
  const given = codeStdin ? (await readSecretLines(runtime, ['the code']))[0] : undefined;
  await withAccount(context, options, ['set', 'up'], async (account) => {
    const { target, cognito, AccessToken, user } = account;
    const line = (flag: string) => mfaLine(['set', 'up'], options.user, target, flag);
    if (showSecret) return printSecret(context, account, line('--code-stdin'));
    const instead = `${line('--show-secret')}, then ${line('--code-stdin')} < FILE`;
    if (given !== undefined) {
      await verifyCode(cognito, { AccessToken }, parseCode(given));
    } else {
      prompt.assertPossible({ message: 'Code of the app', instead });
      await enrolApp(context, cognito, { account, permission: { AccessToken }, instead });
    }
    await setFactors(account, ['totp'], true);
    return printStatus(context, account, `${user} signs in with a code of the authenticator app from now on.`);
  });
}

/** Prints which second factors are on, and which one Cognito asks for. */
export async function mfaStatus(context: CommandContext, options: MfaOptions): Promise<void> {
  await withAccount(context, options, ['status'], (account) => printStatus(context, account));
}

/** Turns every second factor off. Throws `mfa_required` where the pool requires one. */
export async function turnOffMfa(context: CommandContext, options: MfaOptions): Promise<void> {
  await withAccount(context, options, ['off'], async (account) => {
    const { factors } = await readStatus(account);
    const { target, user } = account;
    if (factors.length === 0) return printStatus(context, account, `${user} has no second factor: nothing to do.`);
    try {
      await setFactors(account, factors, false);
    } catch (error) {
      throw hasAwsCode(error, 'InvalidParameterException') ? mfaRequired(error, options, target) : error;
    }
    return printStatus(
      context,
      account,
      `Turned off the second factors of ${user}. A pool that requires one asks for it all the same.`,
    );
  });
}

/** Runs calls with the access token of the signed-in person. */
async function withAccount(
  context: CommandContext,
  { user: named }: MfaOptions,
  words: readonly string[],
  work: (account: Account) => Promise<void>,
) {
  const { terminal } = context;
  const target = context.target();
  const session = await freshSession(context, target, { user: named, use: 'access', minTtlMs: MIN_TTL_MS });
  const { user, accessToken: AccessToken } = session;
  if (machineNameOf(user) !== undefined) {
    throw usageError('A machine has no second factor.', 'Choose a person with --user.');
  }
  try {
    await work({ target, user, AccessToken, cognito: await openCognito(target.profile, terminal) });
  } catch (error) {
    throw mfaFailure(error, { user, target, again: mfaLine(words, named, target) });
  }
}

async function readStatus({ cognito: { sdk, client }, AccessToken }: Account): Promise<FactorStatus> {
  const found = await client.send(new sdk.GetUserCommand({ AccessToken }));
  return {
    factors: factorsIn(found.UserMFASettingList),
    preferred: factorOf(found.PreferredMfaSetting) ?? null,
  };
}

async function setFactors({ cognito: { sdk, client }, AccessToken }: Account, factors: Factor[], isOn: boolean) {
  const settings = factors.map((name) => [FACTORS[name].setting, { Enabled: isOn, PreferredMfa: isOn }]);
  await client.send(new sdk.SetUserMFAPreferenceCommand({ AccessToken, ...Object.fromEntries(settings) }));
}

async function printSecret({ terminal }: CommandContext, account: Account, next: string) {
  const { target, user, cognito, AccessToken } = account;
  const { secret } = await requestSecret(cognito, { AccessToken });
  const address = otpauthAddress(secret, account);
  const { profileName: profile, poolName: pool } = target;
  if (terminal.asJson) return terminal.json({ profile, pool, user, secret, address });
  terminal.data(`secret   ${secret}\naddress  ${address}\n`);
  return terminal.say(`Nothing is changed until a code is verified.\nNext:  ${next} < FILE`);
}

async function printStatus({ terminal }: CommandContext, account: Account, message?: string) {
  const { user } = account;
  const { profileName: profile, poolName: pool } = account.target;
  const { factors, preferred } = await readStatus(account);
  if (terminal.asJson) return terminal.json({ profile, pool, user, factors, preferred });
  if (message !== undefined) return terminal.say(message);
  const rows = [
    ['user', user],
    ['pool', `${pool} (profile ${profile})`],
    ['factors', factors.map((name) => `${name} (${FACTORS[name].label})`).join(', ') || 'none'],
    ['preferred', preferred ?? 'none'],
  ];
  return terminal.data(rows.map(([name = '', value]) => `${name.padEnd(9)}  ${value}\n`).join(''));
}

function mfaLine(words: readonly string[], user: string | undefined, target: Target, ...flags: string[]): string {
  return commandLine(
    'mfa',
    ...words,
    ...flags,
    ...(user === undefined ? [] : ['--user', user]),
    ...targetFlags(target),
  );
}

function mfaRequired({ awsMessage }: AwsError, options: MfaOptions, target: Target) {
  return new Failure('refused', 'mfa_required', {
    message: `Pool ${target.poolName} requires a second factor, and Cognito does not turn it off: ${awsMessage}`,
    hint: `To use another authenticator app, set that one up: ${mfaLine(['set', 'up'], options.user, target)}`,
  });
}

interface Attempt {
  user: string;
  target: Target;
  /** The line to try again with. */
  again: string;
}

function mfaFailure(error: unknown, { user, target, again }: Attempt): unknown {
  if (hasAwsCode(error, 'SoftwareTokenMFANotFoundException')) {
    return new Failure('unexpected', 'mfa_unavailable', {
      message: `Pool ${target.poolName} takes no authenticator app as second factor: ${error.awsMessage}`,
      hint: 'Set mfa = "OPTIONAL" or "ON" for the pool in the .tfvars file, deploy, and run the command again.',
    });
  }
  if (hasAwsCode(error, 'NotAuthorizedException') && /token/i.test(error.awsMessage)) {
    return new Failure('signInFirst', 'session_ended', {
      message: `Cognito refused the stored token of ${user}: ${error.awsMessage}`,
      hint: loginLine(user, target),
    });
  }
  if (hasAwsCode(error, 'NotAuthorizedException', 'InvalidParameterException')) {
    return new Failure('refused', 'mfa_refused', {
      message: `Cognito refused the change for ${user}: ${error.awsMessage}`,
      hint: `Try again later, or from the start: ${again}`,
    });
  }
  return codeFailure(error, again);
}
