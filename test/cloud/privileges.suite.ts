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

/** What the function's bundle asks of the AWS SDK: the commands that it imports, once the SDK itself is left out. */
async function actionsInBundle(): Promise<string[]> {
  const { outputFiles } = await build({
    ...LAMBDA_BUNDLE,
    entryPoints: ['app/lambda.ts'],
    outdir: 'dist/lambda',
    packages: 'external',
    write: false,
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  const imports = [...code.matchAll(/import ?\{(?<names>[^}]*)\} ?from ?"@aws-sdk\//g)];
  const commands = imports.flatMap(({ groups }) => groups?.['names']?.match(/\w+Command(?!\w)/g) ?? []);
  return [...new Set(commands.map((command) => ACTIONS[command] ?? command))].toSorted();
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

    test('has no managed policy', async () => {
      const iam = new IAMClient(cloud().emulator.client);
      const RoleName = cloud().deployed.function.role;
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(AttachedPolicies).toEqual([]);
    });

    test('may call on its table exactly what the code calls', async () => {
      const { Action, Resource } = (await statements()).find(({ Action }) => Action[0]?.startsWith('dynamodb:')) ?? {};
      expect(Action?.toSorted()).toEqual(await actionsInBundle());
      expect(Resource).toEqual([
        `arn:aws:dynamodb:eu-west-1:123456789012:table/${cloud().deployed.function.environment['TABLE_NAME']}`,
      ]);
    });

    test('may write its own log, and nothing else', async () => {
      const others = (await statements()).filter(({ Action }) => !Action[0]?.startsWith('dynamodb:'));
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
