import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorizerDocument } from '../../app/platform/contract/authorizer.js';
import type { DeploymentDocument } from '../../app/platform/contract/deployment.js';
import type { GatewayRoute } from '../../app/platform/contract/gateway.js';
import type { PoolsDocument } from '../../app/platform/contract/pools.js';

/** What the build writes for Terraform, beside the zips. */
export interface Documents {
  readonly gateway: { readonly routes: readonly GatewayRoute[] };
  readonly pools: PoolsDocument;
  readonly deployment: DeploymentDocument;
  readonly authorizer: AuthorizerDocument;
}

const NAMES = ['gateway', 'pools', 'deployment', 'authorizer'] as const;
const ZIPS = ['lambda.zip', 'authorizer.zip', 'revocation-events.zip'];

export async function readDocuments(folder: string): Promise<Documents> {
  const documents = await Promise.all(
    NAMES.map(async (name): Promise<[string, unknown]> => [
      name,
      JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')),
    ]),
  );
  return Object.fromEntries(documents) as unknown as Documents;
}

/** A folder with the built package; with other documents, as a build of another declaration would leave it. */
export async function packageFolder(scratch: string, name: string, others: Partial<Documents> = {}): Promise<string> {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  for (const zip of ZIPS) await copyFile(join('dist', zip), join(folder, zip));
  await cp('dist/triggers', join(folder, 'triggers'), { recursive: true });
  for (const [name, document] of Object.entries({ ...(await readDocuments('dist')), ...others })) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(document));
  }
  return folder;
}
