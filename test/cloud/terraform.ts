import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cliConfigFile } from './provider-mirror.js';

export interface Run {
  readonly status: number;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
  readonly stdout: string;
}

/** Terraform in one folder, with its data and its state in a scratch folder. */
export interface Terraform {
  /** Where it keeps the providers that it installed. */
  readonly data: string;
  /** Runs a command, whatever its exit status. */
  run(...command: string[]): Promise<Run>;
  /** Runs a command that must succeed. */
  succeed(...command: string[]): Promise<Run>;
  /** The same, with more in its environment. */
  with(environment: Environment): Terraform;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a plan would do to one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
}

/** `terraform init` in the folder, which leaves nothing there and may not touch the lock file. */
export async function initTerraform(folder: string, scratch: string, environment: Environment): Promise<Terraform> {
  const data = await mkdtemp(join(scratch, 'terraform-'));
  const cliConfig = await cliConfigFile(scratch);
  const terraform = terraformIn(resolve(folder), data, {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_CONFIG_FILE: join(data, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(data, 'no-credentials'),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '-no-color',
    TF_DATA_DIR: data,
    // Each command starts the provider anew: collecting its garbage less often saves a fifth of the processor's time.
    GOGC: '400',
    ...(cliConfig && { TF_CLI_CONFIG_FILE: cliConfig }),
    ...environment,
  });
  await terraform.succeed('init', '-input=false', '-lockfile=readonly', `-backend-config=path=${join(data, 'state')}`);
  return terraform;
}

function terraformIn(cwd: string, data: string, env: Environment): Terraform {
  const run = (...command: string[]) =>
    new Promise<Run>((settle, reject) => {
      execFile('terraform', command, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else settle({ status: Number(error?.code ?? 0), stdout, text: stdout + stderr });
      });
    });

  return {
    data,
    run,
    async succeed(...command) {
      const done = await run(...command);
      if (done.status !== 0) throw new Error(`terraform ${command.join(' ')} ended with ${done.status}:\n${done.text}`);
      return done;
    },
    with: (more) => terraformIn(cwd, data, { ...env, ...more }),
  };
}

/** What `terraform plan -json` says it would do; nothing of what it only reads. */
export function plannedChanges({ stdout }: Run): PlannedChange[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; change?: { action: string; resource: { addr: string } } })
    .flatMap(({ type, change }) =>
      type === 'planned_change' && change
        ? [{ address: change.resource.addr, action: change.action as PlannedChange['action'] }]
        : [],
    );
}
