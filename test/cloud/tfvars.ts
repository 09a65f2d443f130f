import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initTerraform, type Terraform } from './terraform.js';

/** Values of infra's variables. */
export type Tfvars = Readonly<Record<string, unknown>>;

/** Values as an option for Terraform; the name must be new or may be overwritten. */
export async function varFile(scratch: string, name: string, values: Tfvars): Promise<string> {
  const file = join(scratch, `${name}.tfvars.json`);
  await writeFile(file, JSON.stringify(values));
  return `-var-file=${file}`;
}

/** The names of the tfvars files in infra/, without their ending. */
export async function tfvarsFiles(): Promise<string[]> {
  const files = await readdir('infra');
  return files.filter((file) => file.endsWith('.tfvars')).map((file) => file.slice(0, -'.tfvars'.length));
}

/** What each of those files sets, by its name. */
export async function readTfvars(
  { folder }: Terraform,
  scratch: string,
  files: readonly string[],
): Promise<Readonly<Record<string, Tfvars>>> {
  const reader = await initTerraform(join(folder, 'tests/tfvars'), { scratch, environment: {} });
  await reader.succeed('apply', '-auto-approve', `-var=files=${JSON.stringify(files)}`, `-var=folder=${folder}`);
  return JSON.parse((await reader.succeed('output', '-json', 'values')).stdout) as Record<string, Tfvars>;
}
