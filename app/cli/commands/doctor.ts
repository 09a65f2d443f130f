import { AwsRefusal } from '../aws/aws-failure.js';
import { openCognito } from '../aws/cognito.js';
import type { Parts } from '../command.js';
import { checkClient, notAsked } from '../doctor/client.js';
import { checkDoors } from '../doctor/live-routes.js';
import { fault, skipped, type Finding } from '../doctor/finding.js';
import { checkFunction } from '../doctor/function.js';
import { apiIdOf, readGateway, readPlan } from '../doctor/gateway.js';
import { checkClock, checkKeys } from '../doctor/keys.js';
import { checkRoutes } from '../doctor/routes.js';
import { checkSettings } from '../doctor/settings.js';
import { checkSignIn } from '../doctor/sign-in.js';
import { Failure, type Exit } from '../failure.js';
import { readSecretLines } from '../terminal/input.js';
import type { Profile } from '../state/profile.js';
import { findTarget, loadProfile } from '../state/profiles.js';
import type { Terminal } from '../terminal/terminal.js';

export interface DoctorOptions {
  user?: string;
  passwordStdin?: boolean;
}

/** Looks at everything a call depends on, and says what is wrong and what to do; exit 1 where something is. */
export async function doctor(parts: Parts, { user, passwordStdin = false }: DoctorOptions): Promise<Exit> {
  const { runtime, flags, terminal } = parts;
  if (passwordStdin && user === undefined) {
    throw new Failure('usage', 'usage', {
      message: '--password-stdin is for a user.',
      hint: 'pizza doctor --user USER --password-stdin < FILE',
    });
  }
  const [password] = passwordStdin ? await readSecretLines(runtime, ['the password']) : [];
  const profile = loadProfile(flags.profile, runtime);
  const names = flags.pool === undefined ? Object.keys(profile.pools) : [flags.pool];
  const mine = parts.flags.pool ?? (user === undefined ? undefined : names[0]);

  const findings = await terminal.wait('Looking', examine());
  if (terminal.asJson) terminal.json({ findings });
  else terminal.data(findings.map((finding) => `${describe(finding, terminal)}\n`).join(''));
  return findings.some(({ status }) => status === 'fault') ? 'unexpected' : 'ok';

  async function examine() {
    const found = [await checkClock(profile.cognitoEndpoint, runtime.now)];
    const isUp = found.every(({ check }) => check !== 'cognito');
    for (const name of names) {
      const who = name === mine ? { user, password } : { user: undefined, password: undefined };
      found.push(...(await examinePool(name, isUp, who)));
    }
    return [...found, ...(await examineApi(parts, profile))];
  }

  async function examinePool(
    name: string,
    isUp: boolean,
    who: { user: string | undefined; password: string | undefined },
  ) {
    const target = findTarget(flags.profile, name, runtime);
    const found = [...checkSettings(target), await checkKeys(target)];
    if (!isUp) return found;
    const cognito = await openCognito(profile, terminal);
    const client = await checkClient(cognito, target);
    found.push(...client);
    const isSound = client.every(({ status }) => status !== 'fault');
    return isSound ? [...found, ...(await checkSignIn(parts, cognito, target, who))] : found;
  }
}

async function examineApi({ dist, terminal }: Parts, profile: Profile): Promise<Finding[]> {
  const plan = readPlan(dist);
  if (!plan) return [skipped('route', 'There is no dist/gateway.json to hold the routes against.', 'npm run build')];
  const found: Finding[] = [];
  const apiId = apiIdOf(profile);
  if (apiId !== undefined) {
    try {
      const gateway = await readGateway(profile, apiId, terminal);
      found.push(...checkRoutes(gateway, plan, profile));
      found.push(...(await checkFunction({ profile, apiId, gateway, terminal })));
    } catch (error) {
      found.push(
        isApiGone(error) ? fault('gateway', `There is no HTTP API ${apiId}.`, ANEW) : notAsked('gateway', error),
      );
    }
  }
  return [...found, ...(await checkDoors(profile.apiUrl, plan))];
}

const ANEW = 'make deploy; then write the profile anew: terraform output -json profile | pizza profile add NAME';
const isApiGone = (error: unknown) => error instanceof AwsRefusal && error.reason === 'NotFoundException';

const MARKS = {
  ok: ['ok', 'green'],
  fault: ['FAULT', 'red'],
  warning: ['warn', 'yellow'],
  skipped: ['skip', 'dim'],
} as const;

function describe({ check, status, message, hint }: Finding, terminal: Terminal): string {
  const [mark, style] = MARKS[status];
  const line = `${terminal.paint(style, mark.padEnd(5))}  ${check.padEnd(16)}  ${message}`;
  return hint === undefined ? line : `${line}\n${' '.repeat(25)}${terminal.paint('bold', 'Next:')} ${hint}`;
}
