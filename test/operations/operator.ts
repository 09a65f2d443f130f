import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runbookBlock, type RunbookBlock } from '../harness/runbook.js';
import type { Cloud } from '../cloud/cloud.js';
import type { Run } from '../cloud/terraform.js';

/** The name of the tfvars file, and of the profile, that an operator of the tests uses. */
const DEPLOYMENT = 'runbook';

/** Whose calls are a person's: their permissions are not the deploy role's. */
export const OPERATOR_KEY_ID = 'operator';

/** An operator in the project's directory, who runs blocks of the runbook. */
export interface Operator {
  readonly directory: string;
  /** Blocks that were run or whose values were set. */
  readonly tried: ReadonlySet<RunbookBlock>;
  /** Runs the only block of a section that contains a text, as bash does; `change` changes what the page says to. */
  run(section: string, text: string, options?: RunOptions): Promise<Run>;
  /** The tfvars file that is deployed with gets the lines of a block, and loses what it had; without a block it is empty. */
  setTfvars(block?: RunbookBlock, change?: (lines: string) => string): Promise<void>;
  /** What a plan with that file would change. */
  plan(...options: string[]): Promise<Run>;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly change?: (commands: string) => string;
}

export async function createOperator({ terraform, scratch, options }: Cloud): Promise<Operator> {
  const directory = join(scratch, 'operator');
  await mkdir(directory);
  await symlink(terraform.folder, join(directory, 'infra'));
  await symlink(resolve('dist'), join(directory, 'dist'));
  const tried = new Set<RunbookBlock>();
  const tfvars = join(terraform.folder, `${DEPLOYMENT}.tfvars`);
  await writeFile(tfvars, '');
  const environment = {
    ...terraform.environment,
    AWS_ACCESS_KEY_ID: OPERATOR_KEY_ID,
    // What the deployment was made with comes first; an operator answers yes.
    TF_CLI_ARGS_apply: ['-auto-approve', ...options].join(' '),
    TF_CLI_ARGS_import: options.join(' '),
    AWS_PAGER: '',
    XDG_STATE_HOME: join(scratch, 'operator-state'),
    DEPLOYMENT,
  };

  return {
    directory,
    tried,
    run(section, text, { env = {}, change = (commands: string) => commands } = {}) {
      const block = runbookBlock(section, text);
      tried.add(block);
      const commands = change(block.text);
      return new Promise<Run>((done, fail) => {
        const bash = ['-euo', 'pipefail', '-c', commands];
        execFile('bash', bash, { cwd: directory, env: { ...environment, ...env } }, (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') fail(error);
          else done({ status: Number(error?.code ?? 0), stdout, text: stdout + stderr });
        });
      });
    },
    async setTfvars(block, change = (lines) => lines) {
      if (block) tried.add(block);
      await writeFile(tfvars, block ? change(block.text) : '');
    },
    plan: (...more) => terraform.run('plan', '-lock=false', ...options, `-var-file=${DEPLOYMENT}.tfvars`, ...more),
  };
}
