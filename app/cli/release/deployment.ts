import type { Machines, Profile } from '../../platform/contract/profile.js';
import { releaseLine, type ReleaseSubcommand } from '../command-line.js';
import { Failure } from '../failure.js';
import type { Runtime } from '../runtime.js';
import { isLoopback } from '../state/hosts.js';
import { machinesProblems, profileProblems } from '../state/profile-format.js';
import { readStdin } from '../terminal/input.js';

/** What Terraform says of a deployment, as far as releasing it needs. */
export interface Deployment {
  readonly functionName: string;
  readonly alarmNames: readonly string[];
  /** The share of the calls that a version gets while it is watched, above 0, below 1. */
  readonly weight: number;
  readonly watchSeconds: number;
  readonly profile: Profile;
  readonly machines: Machines;
}

/**
 * Reads `terraform output -json` from stdin; resolves to the value of an output by its name. Where AWS_ENDPOINT_URL is on
 * this machine, the pools' keys and tokens are there too. Throws as `readDeployment` does.
 */
export async function readOutputs(
  runtime: Pick<Runtime, 'stdin' | 'env'>,
  subcommand: ReleaseSubcommand,
): Promise<(name: string) => unknown> {
  const json = atEmulator((await readStdin(runtime, "Terraform's output")).toString(), runtime.env['AWS_ENDPOINT_URL']);
  try {
    const outputs = { ...(JSON.parse(json) as Record<string, { value?: unknown } | undefined>) };
    return (name) => outputs[name]?.value;
  } catch {
    throw outputsInvalid(['stdin is not JSON'], subcommand);
  }
}

/** An emulator deploys the addresses that AWS would, and has nothing behind them. */
function atEmulator(json: string, endpoint = ''): string {
  if (!URL.canParse(endpoint) || !isLoopback(new URL(endpoint).hostname)) return json;
  const { origin } = new URL(endpoint);
  return json
    .replaceAll(/https:\/\/cognito-idp\.[a-z0-9.-]+(?=\/[^/"]+\/\.well-known\/)/g, origin)
    .replaceAll(/https:\/\/[a-z0-9-]+\.auth\.[a-z0-9.-]+(?=\/oauth2\/token")/g, origin);
}

/** The outputs as a release needs them. Throws `outputs_invalid`, and as `readStdin` does. */
export async function readDeployment(
  runtime: Pick<Runtime, 'stdin' | 'env'>,
  subcommand: ReleaseSubcommand,
): Promise<Deployment> {
  const value = await readOutputs(runtime, subcommand);
  const [functionName, alarmNames, release] = ['function_name', 'alarm_names', 'release'].map(value);
  const { weight, watch_seconds: watchSeconds } = { ...(release as Record<string, unknown>) };
  const problems = [
    ...(typeof functionName === 'string' ? [] : ['function_name is missing']),
    ...(isListOfText(alarmNames) ? [] : ['alarm_names is not a list of names']),
    ...(typeof weight === 'number' && typeof watchSeconds === 'number' ? [] : ['release has no weight, or no time']),
    ...profileProblems(value('profile')).map((problem) => `profile: ${problem}`),
    ...machinesProblems(value('machines')).map((problem) => `machines: ${problem}`),
  ];
  if (problems.length > 0) throw outputsInvalid(problems, subcommand);
  const checked = { functionName, alarmNames, weight, watchSeconds };
  return { ...checked, profile: value('profile'), machines: value('machines') } as Deployment;
}

const isListOfText = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'string');

export function outputsInvalid(problems: readonly string[], subcommand: ReleaseSubcommand) {
  return new Failure('usage', 'outputs_invalid', {
    message: `These are not Terraform's outputs of a deployment: ${problems.join('; ')}.`,
    hint: `Deploy first (make deploy), then pipe them into the command: ${releaseLine(subcommand)}`,
  });
}
