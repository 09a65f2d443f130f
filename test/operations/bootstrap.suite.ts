import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { initTerraform, type Terraform } from '../cloud/terraform.js';
import { varFile } from '../cloud/tfvars.js';
import { deployRole, previewRole } from './deploy-role.suite.js';
import { isAdmitted, type TrustPolicy } from './trust-policy.js';

const REPOSITORY = 'repo:company@1234567/product@7654321';
const ALLOWED = [`${REPOSITORY}:environment:prod`, `${REPOSITORY}:ref:refs/heads/main`];

const REFUSED: readonly [string, string][] = [
  ['a pull request', `${REPOSITORY}:pull_request`],
  ['another branch', `${REPOSITORY}:ref:refs/heads/feature`],
  ['a branch whose name begins the same', `${REPOSITORY}:ref:refs/heads/main-2`],
  ['a tag called main', `${REPOSITORY}:ref:refs/tags/main`],
  ['another environment', `${REPOSITORY}:environment:dev`],
  ['an environment whose name begins the same', `${REPOSITORY}:environment:prod-2`],
  ['a fork', 'repo:somebody@1111111/product@2222222:ref:refs/heads/main'],
  ['a repository whose name ends otherwise', 'repo:company@1234567/product-2@7654322:environment:prod'],
  ['an owner whose name begins otherwise', 'repo:my-company@1234568/product@7654321:environment:prod'],
  ['the same names taken over, with other ids', 'repo:company@9999999/product@8888888:environment:prod'],
  ['the same names without ids', 'repo:company/product:environment:prod'],
  ['another case', 'repo:Company@1234567/product@7654321:environment:prod'],
  ['a wildcard', 'repo:company@1234567/*'],
  ['nothing', ''],
];

const PULL_REQUESTS = `${REPOSITORY}:pull_request`;
const PREVIEWS_ALLOWED = [PULL_REQUESTS, `${REPOSITORY}:ref:refs/heads/main`];

const PREVIEWS_REFUSED: readonly [string, string][] = [
  ['pull requests of a fork', 'repo:somebody@1111111/product@2222222:pull_request'],
  ['pull requests of the same names taken over', 'repo:company@9999999/product@8888888:pull_request'],
  ['another branch', `${REPOSITORY}:ref:refs/heads/feature`],
  ['an environment', `${REPOSITORY}:environment:prod`],
  ['a pull request with more after it', `${PULL_REQUESTS}:environment:prod`],
];

/** Whose credentials apply the bootstrap: its calls are none of the roles' that it makes. */
const ADMINISTRATOR = { AWS_ACCESS_KEY_ID: 'administrator' };

/** infra/bootstrap: what pipelines deploy with, and who may use it. */
export function bootstrap(cloud: () => Cloud) {
  describe('the bootstrap', () => {
    let terraform: Terraform;
    let options: readonly string[];
    const name = () => cloud().documents.deployment.name;

    beforeAll(async () => {
      const { scratch, emulator } = cloud();
      const environment = { ...emulator.environment, ...ADMINISTRATOR };
      terraform = await initTerraform('infra/bootstrap', { scratch, environment });
      const subjects = { subjects: ALLOWED, preview_subjects: PREVIEWS_ALLOWED, edge: true };
      options = ['-input=false', await varFile(scratch, 'bootstrap', { name: name(), ...subjects })];
      await terraform.succeed('apply', '-auto-approve', ...options);
    }, 120_000);

    afterAll(async () => {
      await terraform.succeed('destroy', '-auto-approve', ...options);
      await terraform.stop();
    }, 120_000);

    async function trust(role = 'deploy') {
      const command = new GetRoleCommand({ RoleName: `${name()}-${role}` });
      const { Role } = await new IAMClient(cloud().emulator.client).send(command);
      return JSON.parse(decodeURIComponent(known(Role?.AssumeRolePolicyDocument))) as TrustPolicy;
    }

    test('leaves nothing to do after an apply', async () => {
      expect(await terraform.run('plan', '-detailed-exitcode', ...options)).toMatchObject({ status: 0 });
    });

    test.each(ALLOWED)('lets %s deploy', async (sub) => {
      expect(isAdmitted(await trust(), { aud: 'sts.amazonaws.com', sub })).toBe(true);
    });

    test.each(REFUSED)('refuses %s', async (_name, sub) => {
      expect(isAdmitted(await trust(), { aud: 'sts.amazonaws.com', sub })).toBe(false);
    });

    test('refuses a token for another audience', async () => {
      expect(isAdmitted(await trust(), { aud: 'https://github.com/company', sub: ALLOWED[0] ?? '' })).toBe(false);
    });

    test.each(PREVIEWS_ALLOWED)('lets %s deploy previews', async (sub) => {
      expect(isAdmitted(await trust('preview-deploy'), { aud: 'sts.amazonaws.com', sub })).toBe(true);
    });

    test.each(PREVIEWS_REFUSED)('lets no preview be deployed by %s', async (_name, sub) => {
      expect(isAdmitted(await trust('preview-deploy'), { aud: 'sts.amazonaws.com', sub })).toBe(false);
    });

    test('takes no subject with a wildcard, of all environments, or of pull requests but for previews', async () => {
      const wrong = ['repo:company@1/product@2:*', 'repo:company@1/*:environment:prod'];
      for (const [subject, ofPreviews] of [...wrong.map((each) => [each, each]), [PULL_REQUESTS, ALLOWED[0]]]) {
        const subjects = { subjects: [subject], preview_subjects: [ofPreviews] };
        const file = await varFile(cloud().scratch, 'wrong-subject', { name: name(), ...subjects });
        const refused = await terraform.run('plan', '-lock=false', '-input=false', file);
        expect(refused.status).toBe(1);
        expect(refused.text).toContain('A subject is an environment or a branch of one repository, whole and without');
        expect(refused.text).toContain('A subject of previews is the pull requests or a branch of one repository,');
      }
    });

    deployRole(cloud);
    previewRole(cloud);
  });
}
