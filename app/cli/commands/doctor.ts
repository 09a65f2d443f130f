import { hasAwsCode } from '../aws/aws-error.js';
import { openCognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { checkClient } from '../doctor/app-client.js';
import { checkClock, checkKeys } from '../doctor/connection.js';
import { fault, skipped, unchecked, type Finding } from '../doctor/finding.js';
import { apiIdOf, readGateway, readPlan, type PlannedRoute } from '../doctor/gateway.js';
import { checkFunctions } from '../doctor/lambda-function.js';
import { checkLiveRoutes } from '../doctor/live-routes.js';
import { checkRoutes, type ExpectedPool } from '../doctor/routes.js';
import { checkAllowedHosts, checkSettings } from '../doctor/settings.js';
import { checkSignIn, type Credentials } from '../doctor/sign-in.js';
import { usageError, type Exit } from '../failure.js';
import { loadMachines } from '../state/machines.js';
import { renewProfileHint, type Target } from '../state/profiles.js';
import { readSecretLines } from '../terminal/input.js';
import type { Styled, Terminal } from '../terminal/terminal.js';

export interface DoctorOptions {
  user?: string;
  passwordStdin?: boolean;
}

type TargetProfile = Pick<Target, 'profileName' | 'profile'>;

/** Checks everything that a call depends on, and prints what is wrong and what to do. Exit 1 if there is a fault. */
export async function doctor(context: CommandContext, { user, passwordStdin = false }: DoctorOptions): Promise<Exit> {
  const { runtime, flags, terminal } = context;
  if (passwordStdin && user === undefined) {
    const hint = `${commandLine('doctor', '--user', 'USER', '--password-stdin')} < FILE`;
    throw usageError('--password-stdin needs --user.', hint);
  }
  const [password] = passwordStdin ? await readSecretLines(runtime, ['the password']) : [];
  const target = context.profile();
  const { profile } = target;
  const poolNames = flags.pool === undefined ? Object.keys(profile.pools) : [flags.pool];
  const userPool = flags.pool ?? (user === undefined ? undefined : poolNames[0]);

  async function examine() {
    const findings = [...checkAllowedHosts(profile), await checkClock(profile.cognitoEndpoint, runtime.now)];
    const isCognitoUp = findings.every(({ check }) => check !== 'cognito');
    for (const name of poolNames) {
      const credentials = name === userPool ? { user, password } : { user: undefined, password: undefined };
      findings.push(...(await examinePool(context, context.target(name), { isCognitoUp, credentials })));
    }
    return [...findings, ...(await examineApi(context, target))];
  }

  const findings = await terminal.wait('Checking', examine());
  if (terminal.asJson) terminal.json({ findings });
  else for (const finding of findings) printFinding(finding, terminal);
  return findings.some(({ status }) => status === 'fault') ? 'unexpected' : 'ok';
}

async function examinePool(
  context: CommandContext,
  target: Target,
  { isCognitoUp, credentials }: { isCognitoUp: boolean; credentials: Credentials },
): Promise<Finding[]> {
  const findings = [...checkSettings(target), await checkKeys(target)];
  if (!isCognitoUp) return findings;
  const cognito = await openCognito(target.profile, context.terminal);
  const client = await checkClient(cognito, target, context.terminal);
  findings.push(...client);
  if (client.some(({ status }) => status === 'fault')) return findings;
  return [...findings, ...(await checkSignIn(context, cognito, target, credentials))];
}

async function examineApi(context: CommandContext, target: TargetProfile): Promise<Finding[]> {
  const plan = readPlan(context.dist);
  if (!plan) {
    return [
      skipped(
        'route',
        'There is no dist/gateway.json, or no dist/authorizer.json, to compare the routes with.',
        'npm run build',
      ),
    ];
  }
  const apiId = apiIdOf(target.profile);
  const deployed = apiId === undefined ? [] : await examineDeployment(context, target, { apiId, plan });
  return [...deployed, ...(await checkLiveRoutes(target.profile.apiUrl, plan))];
}

async function examineDeployment(
  context: CommandContext,
  { profileName, profile }: TargetProfile,
  { apiId, plan }: { apiId: string; plan: readonly PlannedRoute[] },
): Promise<Finding[]> {
  const { terminal } = context;
  try {
    const gateway = await readGateway(profile, apiId, terminal);
    const pools = expectedPools(context, { profileName, profile });
    return [
      ...checkRoutes(gateway, { plan, profileName, pools }),
      ...(await checkFunctions({ profile, apiId, gateway }, terminal)),
    ];
  } catch (error) {
    if (!hasAwsCode(error, 'NotFoundException')) return [unchecked('gateway', error)];
    const hint = `Deploy it: make deploy. ${renewProfileHint(profileName)}`;
    return [fault('gateway', `There is no HTTP API ${apiId}.`, hint)];
  }
}

function expectedPools({ runtime }: CommandContext, target: TargetProfile): Map<string, ExpectedPool> {
  const machines = loadMachines(target, runtime);
  return new Map(
    Object.entries(target.profile.pools).map(([name, { issuer, clientId }]) => {
      const machineIds = machines.filter(({ poolName }) => poolName === name).map((machine) => machine.clientId);
      return [name, { issuer, clientIds: [clientId, ...machineIds] }];
    }),
  );
}

const LABELS: Readonly<Record<Finding['status'], Styled>> = {
  ok: { text: 'ok   ', style: 'green' },
  fault: { text: 'FAULT', style: 'red' },
  warning: { text: 'warn ', style: 'yellow' },
  skipped: { text: 'skip ', style: 'dim' },
};

function printFinding({ check, status, message, hint }: Finding, terminal: Terminal) {
  terminal.data(LABELS[status], `  ${check.padEnd(16)}  ${message}\n`);
  if (hint !== undefined) terminal.data(' '.repeat(25), { style: 'bold', text: 'Next:' }, ` ${hint}\n`);
}
