import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORIGIN_HEADER } from '../../app/platform/lambda/origin.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { initTerraform, plannedChanges, type Terraform } from '../cloud/terraform.js';
import { varFile } from '../cloud/tfvars.js';

const REGION = 'us-east-1';
const certificate_arn = `arn:aws:acm:${REGION}:123456789012:certificate/0a1b2c3d`;
const EDGE = { domain: { name: 'api.example.com', certificate_arn }, log_blocked: true };

interface Distribution {
  readonly WebACLId: string;
  readonly Aliases: { readonly Items: readonly string[] };
  readonly Origins: {
    readonly Items: readonly {
      readonly DomainName: string;
      readonly CustomHeaders: { readonly Items: readonly { HeaderName: string; HeaderValue: string }[] };
    }[];
  };
}

interface State {
  readonly values: {
    readonly root_module: {
      readonly child_modules: readonly {
        readonly resources: readonly { type: string; values: { id?: string; value?: string } }[];
      }[];
    };
  };
}

/** CloudFront and WAF, without the API behind them: the emulated AWS gives its domain no status, which Terraform waits for. */
export function edge(cloud: () => Cloud) {
  describe('CloudFront and WAF', () => {
    let terraform: Terraform;
    let shown = '';

    const options = async (secret_number: number) => {
      const { scratch, package: built } = cloud();
      const api = { domain: { name: 'origin.example.com', certificate_arn } };
      const values = {
        region: REGION,
        package_dir: built,
        api,
        edge: { ...EDGE, secret_number, calls_per_address: 1000 * secret_number },
        tags: { stage: 'edge' },
      };
      return ['-input=false', '-target=module.edge', await varFile(scratch, `edge-${secret_number}`, values)];
    };
    const apply = async (secretNumber: number) => {
      shown += (await terraform.succeed('apply', '-auto-approve', ...(await options(secretNumber)))).text;
    };

    async function aws<T>(...command: string[]): Promise<T> {
      // Not by the recording address: no deployment reads this.
      const env = { ...process.env, ...cloud().emulator.environment, AWS_DEFAULT_REGION: REGION, AWS_REGION: REGION };
      return JSON.parse((await promisify(execFile)('aws', [...command, '--output', 'json'], { env })).stdout) as T;
    }

    /** What Terraform made of a kind. */
    async function made(type: string) {
      const state = JSON.parse((await terraform.succeed('show', '-json')).stdout) as State;
      return state.values.root_module.child_modules
        .flatMap(({ resources }) => resources)
        .filter((resource) => resource.type === type)
        .map(({ values }) => values);
    }

    /** As CloudFront reports it. */
    async function distribution(): Promise<Distribution> {
      const [{ id = '' } = {}] = await made('aws_cloudfront_distribution');
      const found = await aws<{ DistributionConfig: Distribution }>(
        'cloudfront',
        'get-distribution-config',
        '--id',
        id,
      );
      return found.DistributionConfig;
    }

    /** The value of the header that CloudFront adds. */
    async function sent(): Promise<string> {
      const { Items } = known((await distribution()).Origins.Items[0]).CustomHeaders;
      expect(Items.map(({ HeaderName }) => HeaderName)).toEqual([ORIGIN_HEADER]);
      return known(Items[0]).HeaderValue;
    }

    /** The digests that the function gets. */
    const accepted = async () => (await made('aws_ssm_parameter')).map(({ value }) => digestOf(known(value)));
    const digestOf = (value: string) => createHash('sha256').update(value).digest('hex');

    beforeAll(async () => {
      const { scratch, invokable } = cloud();
      terraform = await initTerraform('infra', { scratch, environment: invokable.environment });
      await apply(1);
    }, 180_000);

    afterAll(() => terraform.stop());

    test('are in front of the API, at its public name, with the web ACL', async () => {
      const { Aliases, Origins, WebACLId } = await distribution();
      expect([Aliases.Items, Origins.Items.map(({ DomainName }) => DomainName)]).toEqual([
        ['api.example.com'],
        ['origin.example.com'],
      ]);
      const { WebACLs } = await aws<{ WebACLs: { ARN: string; Name: string }[] }>(
        'wafv2',
        'list-web-acls',
        '--scope=CLOUDFRONT',
      );
      expect(WebACLs).toEqual([
        expect.objectContaining({ ARN: WebACLId, Name: cloud().documents.deployment.name }) as unknown,
      ]);
    });

    test('have nothing to do in a second plan, but what the emulated AWS says of a distribution that nobody set', async () => {
      const again = await terraform.succeed('plan', '-lock=false', '-json', ...(await options(1)));
      expect(plannedChanges(again)).toEqual([
        { address: 'module.edge["edge"].aws_cloudfront_distribution.this', action: 'update' },
      ]);
    });

    test('send a header that the function accepts, and the next one after a rotation, which it accepted before', async () => {
      const before = await accepted();
      const first = await sent();
      expect(before).toHaveLength(2);
      expect(before).toContain(digestOf(first));

      await apply(2);
      const second = await sent();
      expect(second).not.toBe(first);
      expect(before).toContain(digestOf(second));
      expect(await accepted()).toContain(digestOf(second));
      expect(await accepted()).not.toContain(digestOf(first));
      for (const secret of [first, second]) expect(shown).not.toContain(secret);
    }, 180_000);

    test('can be removed', async () => {
      await terraform.succeed('destroy', '-auto-approve', ...(await options(2)));
      expect((await terraform.succeed('state', 'list')).stdout).toBe('');
    }, 180_000);
  });
}
