import { isUnreachable } from '../aws/aws-error.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure, fetchErrorReason } from '../failure.js';
import { httpRequest } from '../http-request.js';
import { importMachinesHint, loadMachines, type Machine } from '../state/machines.js';
import { LOCAL, type Target } from '../state/profiles.js';
import { printableLine } from '../terminal/printable.js';
import type { Terminal } from '../terminal/terminal.js';
import { liveMachineSecret } from './client-secret.js';
import { createSession } from './sign-in.js';
import { machineUser, type Session } from './session.js';

const TIMEOUT_MS = 5_000;

/**
 * The machine that `--machine [NAME]` means: `true` is the only one, of the pool if --pool names one; where there are
 * several, the person is asked. Throws `machine_missing` and `machine_unknown`.
 */
export async function chooseMachine(
  { runtime, flags, prompt }: CommandContext,
  { profileName, profile }: Pick<Target, 'profileName' | 'profile'>,
  wanted: string | true,
): Promise<Machine> {
  const machines = loadMachines({ profileName, profile }, runtime).filter(
    ({ poolName }) => flags.pool === undefined || poolName === flags.pool,
  );
  if (machines.length === 0) {
    throw new Failure('usage', 'machine_missing', {
      message: `${flags.pool === undefined ? 'Profile' : `Pool ${flags.pool} of profile`} ${profileName} has no machine client.`,
      hint:
        flags.pool === undefined ? importMachinesHint(profileName) : 'Leave out --pool, or name a pool with machines.',
    });
  }
  const [only, ...others] = machines;
  if (wanted === true && only && others.length === 0) return only;
  const names = machines.map(({ name }) => name).join(', ');
  const name =
    wanted === true
      ? await prompt.text({ message: `Machine (${names})`, instead: `Name one of ${names} after --machine.` })
      : wanted;
  const machine = machines.find((each) => each.name === name);
  if (machine) return machine;
  throw new Failure('usage', 'machine_unknown', {
    message: `There is no machine ${JSON.stringify(name)} in profile ${profileName}; there is ${names}.`,
    hint: `Name one of ${names} after --machine.`,
  });
}

/** The line that signs a machine in. */
export function machineLoginLine(name: string, profileName: string): string {
  return commandLine('login', '--machine', name, ...(profileName === LOCAL ? [] : ['--profile', profileName]));
}

/**
 * The client credentials grant (RFC 6749 section 4.4). Throws `machine_refused`, `unreachable`, and as `liveMachineSecret` does.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function signInMachine(machine: Machine, terminal: Terminal, now: () => number): Promise<Session> {
  const { tokenUrl, scopes } = machine;
  const authorization = basic(machine.clientId, await liveMachineSecret(machine, terminal));
  let reply: Record<string, unknown>;
  try {
    const response = await httpRequest(new URL(tokenUrl), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }).toString(),
      timeoutMs: TIMEOUT_MS,
    });
    terminal.detail(`POST ${tokenUrl}: ${response.statusCode}`);
    reply = JSON.parse(Buffer.concat(await response.toArray()).toString()) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw refused(machine.name, 'the response is not JSON');
    throw new Failure(isUnreachable(error) ? 'unreachable' : 'unexpected', 'unreachable', {
      message: `${tokenUrl} is unreachable: ${fetchErrorReason(error)}`,
      hint: 'Check that it runs and that the network is up, then run the command again.',
      cause: error,
    });
  }
  const { access_token: token, error } = reply;
  if (typeof token === 'string') return createSession({ AccessToken: token }, machineUser(machine.name), now());
  throw refused(machine.name, typeof error === 'string' ? printableLine(error) : 'the response has no token');
}

/** client_secret_basic, RFC 6749 section 2.3.1. */
const basic = (clientId: string, clientSecret: string) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

function refused(name: string, reason: string) {
  return new Failure('refused', 'machine_refused', {
    message: `The token endpoint refused the machine ${name}: ${reason}.`,
    hint: "Check the machine's client id, secret and scopes, and import the machines again.",
  });
}
