import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';
import type { Cloud } from './cloud.js';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const ACTIONS: Readonly<Record<string, string>> = {
  GetCommand: 'dynamodb:GetItem',
  PutCommand: 'dynamodb:PutItem',
  UpdateCommand: 'dynamodb:UpdateItem',
  DeleteCommand: 'dynamodb:DeleteItem',
  QueryCommand: 'dynamodb:Query',
  ScanCommand: 'dynamodb:Scan',
};

/** The IAM actions of the AWS SDK's commands that the code imports. */
function actionsOf(code: string): string[] {
  const imports = [...code.matchAll(/import ?\{(?<names>[^}]*)\} ?from ?['"]@aws-sdk\//g)];
  const commands = imports.flatMap(({ groups }) => groups?.['names']?.match(/\w+Command(?!\w)/g) ?? []);
  return [...new Set(commands.map((command) => ACTIONS[command] ?? command))].toSorted();
}

/** What the function's bundle imports of the AWS SDK, once the SDK itself is left out. */
async function bundleCode() {
  const { outputFiles } = await build({
    ...LAMBDA_BUNDLE,
    entryPoints: ['app/lambda.ts'],
    outdir: 'dist/lambda',
    packages: 'external',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('\n');
}

async function platformCode() {
  const folder = 'app/platform/dynamodb';
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

/** What the function may do. */
export function privileges(cloud: () => Cloud) {
  describe('the role of the function', () => {
    async function statements(): Promise<Statement[]> {
      const iam = new IAMClient(cloud().emulator.client);
      const RoleName = cloud().deployed.function.role;
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      const documents = await Promise.all(
        PolicyNames.map(async (PolicyName) => {
          const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
          return (JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: Statement[] }).Statement;
        }),
      );
      return documents.flat();
    }

    const isOnTable = ({ Action }: Statement) => Action[0]?.startsWith('dynamodb:');

    test('has no managed policy', async () => {
      const iam = new IAMClient(cloud().emulator.client);
      const RoleName = cloud().deployed.function.role;
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(AttachedPolicies).toEqual([]);
    });

    test('may call on its table and its indexes what the platform calls, and nothing else', async () => {
      const { Action, Resource } = (await statements()).find(isOnTable) ?? {};
      const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${cloud().outputs.table_name.value}`;
      const indexes = cloud().documents.deployment.table.indexes.map(({ name }) => `${arn}/index/${name}`);
      expect(Action?.toSorted()).toEqual(actionsOf(await platformCode()));
      expect(Resource?.toSorted()).toEqual([arn, ...indexes].toSorted());
    });

    test('may call everything that the bundle calls', async () => {
      const permitted = new Set((await statements()).flatMap(({ Action }) => Action));
      const called = actionsOf(await bundleCode());
      expect(called).toContain('dynamodb:GetItem');
      expect(called.filter((action) => !permitted.has(action))).toEqual([]);
    });

    test('may write its own log, and nothing else', async () => {
      const others = (await statements()).filter((statement) => !isOnTable(statement));
      expect(others).toEqual([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/${cloud().deployed.function.name}:*`],
        },
      ]);
    });
  });
}
