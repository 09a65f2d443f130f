import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';
import { sessionPolicy } from '../../app/platform/dynamodb/tenant-policy.js';
import { prefixOf } from '../../app/platform/dynamodb/tenant-table.js';
import { isAllowed, list, type Statement } from '../harness/iam-policy.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

const ACTIONS: Readonly<Record<string, string>> = {
  GetCommand: 'dynamodb:GetItem',
  PutCommand: 'dynamodb:PutItem',
  UpdateCommand: 'dynamodb:UpdateItem',
  DeleteCommand: 'dynamodb:DeleteItem',
  QueryCommand: 'dynamodb:Query',
  ScanCommand: 'dynamodb:Scan',
  AssumeRoleCommand: 'sts:AssumeRole',
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

const isOnTable = (action: string) => action.startsWith('dynamodb:');

/** What the function may do, and what the role that it assumes for tenants. */
export function privileges(cloud: () => Cloud) {
  const roleName = () => cloud().deployed.function.role;
  const tenantRole = () => `${cloud().deployed.function.name}-tenant`;
  const tableArn = () => `arn:aws:dynamodb:eu-west-1:123456789012:table/${cloud().outputs.table_name.value}`;

  /** The statements of all policies of the role, by the names of the policies: IAM lists them in no order. */
  async function statementsOf(RoleName: string): Promise<Statement[]> {
    const iam = new IAMClient(cloud().emulator.client);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const documents = await Promise.all(
      PolicyNames.toSorted().map(async (PolicyName) => {
        const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return (JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: Statement[] }).Statement;
      }),
    );
    return documents.flat();
  }

  const onTable = async () => (await statementsOf(roleName())).filter(({ Action }) => list(Action).some(isOnTable));

  /** A call about items of these hash keys, in the table or an index. */
  const about = (action: string, resource: string, ...hashKeys: string[]) => ({
    action,
    resource,
    context: { ...(hashKeys.length > 0 && { 'dynamodb:LeadingKeys': hashKeys }) },
  });

  describe('the role of the function', () => {
    test('has no managed policy', async () => {
      const iam = new IAMClient(cloud().emulator.client);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName() }));
      expect(AttachedPolicies).toEqual([]);
    });

    test('may call on its table and its indexes what the platform calls, and nothing else', async () => {
      const [allowed, ...others] = (await onTable()).filter(({ Effect }) => Effect === 'Allow');
      const indexes = cloud().documents.deployment.table.indexes.map(({ name }) => `${tableArn()}/index/${name}`);
      expect(list(known(allowed).Action).toSorted()).toEqual(actionsOf(await platformCode()).filter(isOnTable));
      expect(list(known(allowed).Resource).toSorted()).toEqual([tableArn(), ...indexes].toSorted());
      expect(others).toEqual([]);
    });

    test("may do nothing with tenants' items, and everything with those of no tenant", async () => {
      const statements = await onTable();
      const { actions, indexes } = cloud().documents.deployment.table;
      const resources = [tableArn(), ...indexes.map(({ name }) => `${tableArn()}/index/${name}`)];
      for (const [action, resource] of actions.flatMap((each) => resources.map((arn) => [each, arn] as const))) {
        expect(isAllowed(statements, about(action, resource, 'items', 'tenants'))).toBe(true);
        for (const tenant of ['acme', '"', '', '株式会社']) {
          expect(isAllowed(statements, about(action, resource, `${prefixOf(tenant)}items`))).toBe(false);
          expect(isAllowed(statements, about(action, resource, 'items', `${prefixOf(tenant)}items`))).toBe(false);
        }
      }
    });

    test('may call everything that the bundle calls', async () => {
      const permitted = new Set((await statementsOf(roleName())).flatMap(({ Action }) => Action));
      const called = actionsOf(await bundleCode());
      expect(called).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'sts:AssumeRole']));
      expect(called.filter((action) => !permitted.has(action))).toEqual([]);
    });

    test("may write its own log and assume the tenants' role, and nothing else", async () => {
      const others = (await statementsOf(roleName())).filter(({ Action }) => !list(Action).some(isOnTable));
      expect(others).toEqual([
        expect.objectContaining({
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/${cloud().deployed.function.name}:*`],
        }),
        expect.objectContaining({
          Effect: 'Allow',
          Action: ['sts:AssumeRole'],
          Resource: [`arn:aws:iam::123456789012:role/${tenantRole()}`],
        }),
      ]);
    });
  });

  describe("the tenants' role", () => {
    test('is assumed by the role of the function alone', async () => {
      const iam = new IAMClient(cloud().emulator.client);
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: tenantRole() }));
      const trust = JSON.parse(decodeURIComponent(known(Role?.AssumeRolePolicyDocument))) as { Statement: unknown };
      const Principal = { AWS: `arn:aws:iam::123456789012:role/${roleName()}` };
      expect(trust.Statement).toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]);
    });

    test("reaches tenants' items and nothing else, and in a session of one tenant that one's alone", async () => {
      const statements = await statementsOf(tenantRole());
      const { actions } = cloud().documents.deployment.table;
      const policy = known(sessionPolicy(prefixOf('acme'), actions));
      const session = (JSON.parse(policy) as { Statement: Statement[] }).Statement;
      const reached = (by: readonly Statement[], ...hashKeys: string[]) =>
        actions.filter((action) => isAllowed(by, about(action, tableArn(), ...hashKeys)));
      for (const tenant of ['acme', 'other']) expect(reached(statements, `${prefixOf(tenant)}items`)).toEqual(actions);
      expect(reached(session, `${prefixOf('acme')}items`)).toEqual(actions);
      expect(reached(session, `${prefixOf('other')}items`)).toEqual([]);
      expect(reached(statements, 'items')).toEqual([]);
      expect(reached(statements)).toEqual([]);
      const scan = about('dynamodb:Scan', tableArn());
      expect([isAllowed(statements, scan), isAllowed(session, scan)]).toEqual([false, false]);
      const elsewhere = about('dynamodb:GetItem', `${tableArn()}-2`, `${prefixOf('acme')}items`);
      expect(isAllowed(statements, elsewhere)).toBe(false);
    });
  });
}
