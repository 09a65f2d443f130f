import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gatewayDocument } from '../../app/platform/contract/gateway.js';
import type { Route } from '../../app/api/routes.js';

/** Values of infra's variables. */
export type Settings = Readonly<Record<string, unknown>>;

/** The article's customers; staff with a client for the machines in the kitchen; a browser origin. */
export const kitchen = {
  pools: {
    customers: {
      name: 'pizza-api-cognito',
      mfa: 'OFF',
      password_policy: { minimum_length: 8, require_uppercase: false },
      client: { name: 'pizza-api-client', token_revocation: false, hide_user_existence: false },
    },
    staff: {
      groups: { chefs: 'May add pizzas.' },
      domain: 'pizzeria-staff',
      resource_servers: { 'pizza-api': { 'pizzas.write': 'Add pizzas.' } },
      machine_client: { scopes: ['pizza-api/pizzas.write'] },
    },
  },
  api: { cors: { origins: ['https://pizzeria.example'] } },
};

/** Settings as an option for Terraform. */
export async function varFile(scratch: string, name: string, settings: Settings): Promise<string> {
  const file = join(scratch, `${name}.tfvars.json`);
  await writeFile(file, JSON.stringify(settings));
  return `-var-file=${file}`;
}

/** A folder with the built package, as a build leaves it; with other routes, as a build of those would. */
export async function packageFolder(scratch: string, name: string, routes?: readonly Route[]): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  await copyFile('dist/lambda.zip', join(folder, 'lambda.zip'));
  if (routes) await writeFile(join(folder, 'gateway.json'), JSON.stringify(gatewayDocument(routes)));
  else await copyFile('dist/gateway.json', join(folder, 'gateway.json'));
  return folder;
}
