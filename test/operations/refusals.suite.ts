import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { assertAccess } from '../../app/platform/contract/assert-access.js';
import type { ManagedLogin } from '../../app/platform/contract/managed-login.js';
import { defineAccess, type PoolDocument } from '../../app/platform/contract/pools.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { packageFolder, type Documents } from '../cloud/package.js';
import { varFile, type Tfvars } from '../cloud/tfvars.js';

const POOLS = Object.keys(access.document);
const [POOL = ''] = POOLS;

interface Refused {
  readonly tfvars: Tfvars;
  /** Documents of another build. */
  readonly others?: (documents: Documents) => Partial<Documents>;
  /** What the plan says, and what to fix: as many at once as are reported together. */
  readonly sentences: readonly (RegExp | string)[];
}

const ADDRESSES = ['http://app.example.com/', 'https://app.example.com/#back'] as const;

/** What the build says of such a declaration, without the name of what it is about. */
function ofBuild(managedLogin: ManagedLogin): string {
  try {
    assertAccess(defineAccess('fixture-api', { pool: { managedLogin } }));
    return 'nothing';
  } catch (error) {
    return (error as Error).message.replace('Pool pool: ', '');
  }
}

const REFUSED: Readonly<Record<string, Refused>> = {
  'an empty name, a suffix with a slash, a package that is not built, and metrics without the request log': {
    tfvars: { name: '', name_suffix: '/dev', package_dir: 'tests', function: { log_level: 'warn' } },
    sentences: [
      /The deployment's name "\(empty\)" .*: give it 3 to 64 letters, digits/,
      /name_suffix "\/dev" .*: give it up to 32 letters, digits/,
      /The package is not built: .* Run `make build` first\./,
      /log level "warn" leaves out.*: set function\.log_level to info, debug or trace, or function\.metrics to false/,
    ],
  },
  'a name of 65 characters, what is not declared, and a required setting left out': {
    tfvars: {
      name: 'a'.repeat(65),
      pools: { 'not-declared': {}, [POOL]: { machines: { oven: {} }, token_use: ['refresh'] } },
      settings: { NOT_DECLARED: '1' },
    },
    others: ({ deployment }) => ({
      deployment: {
        ...deployment,
        settings: [{ name: 'REQUIRED_BY_A_TEST', description: 'what a test requires', default: null }],
      },
    }),
    sentences: [
      /The deployment's name "a{65}" .*: give it 3 to 64 letters, digits/,
      new RegExp(`No such pool: not-declared\\. app/api/access\\.ts declares ${POOLS.toSorted().join(', ')}: rename`),
      new RegExp(`No such machine: oven in pool ${POOL}\\. Rename or remove`),
      /A pool's token_use lists .*: correct it/,
      /No such setting: NOT_DECLARED\. app\/api\/settings\.ts declares REQUIRED_BY_A_TEST: rename/,
      /A required setting is missing: REQUIRED_BY_A_TEST \(what a test requires\)\. Give it a value in `settings`\./,
    ],
  },
  'weak passwords, domains and token validity that Cognito refuses, an unknown runtime and retention, any origin with credentials':
    {
      tfvars: {
        all_pools: { password_policy: { minimum_length: 7 } },
        pools: {
          [POOL]: {
            client: { token_validity: { access_minutes: 4, refresh_hours: 87_601 } },
            domain: 'my-cognito',
            custom_domain: {
              name: 'login.example.com',
              certificate_arn: 'arn:aws:acm:eu-west-1:123456789012:certificate/of-another-region',
            },
          },
        },
        function: { runtime: 'nodejs18.x' },
        log_retention_days: 31,
        api: { cors: { origins: ['*'] } },
      },
      sentences: [
        /set password_policy\.minimum_length to 8 or more/,
        /Cognito reserves the words aws, amazon and cognito: take them out/,
        /login\.example\.com: the certificate must be in us-east-1/,
        /access and ID tokens are valid for 5 to 1440 minutes/,
        /refresh tokens are valid for 1 to 87600 hours/,
        /Runtime "nodejs18\.x" is not supported by this package: use nodejs22\.x/,
        /CloudWatch doesn't keep logs for 31 days: use 1, 3, 5/,
        /An origin is exact: .* without a path, a trailing slash or \*/,
      ],
    },
  'addresses that managed login can not return to, with the words of the build': {
    tfvars: { pools: { [POOL]: { managed_login: { callback_urls: ADDRESSES } } } },
    sentences: [ofBuild({ callbackUrls: ADDRESSES })],
  },
  'eleven pools': {
    tfvars: {},
    others: ({ pools }) => {
      const pool: PoolDocument = { ...known(pools[POOL]), clients: { people: { type: 'people', secret: true } } };
      const names = [...POOLS, ...Array.from({ length: 11 }, (_, index) => `pool-${index}`)].slice(0, 11);
      return { pools: Object.fromEntries(names.map((name) => [name, pool])) };
    },
    sentences: [/takes 10 authorizers an API and there are 11 pools: declare 10 pools at most/],
  },
  'routes whose pool or scope is not declared': {
    tfvars: {},
    others: () => ({
      gateway: {
        routes: [
          { routeKey: 'GET /a', pool: 'not-declared', scopes: [] },
          { routeKey: 'GET /b', pool: POOL, scopes: ['not/declared'] },
        ],
      },
      authorizer: { routes: [], pools: {} },
    }),
    sentences: [
      /No such pool: GET \/a asks for not-declared\. Declare the pool/,
      new RegExp(`No such scope: GET /b asks for not/declared, which pool ${POOL} doesn't define\\. Declare the scope`),
    ],
  },
};

/** What a plan refuses before anything is changed. */
export function refusals(cloud: () => Cloud) {
  describe('a plan refuses', () => {
    test.each(Object.entries(REFUSED))('%s', async (_what, { tfvars, others, sentences }) => {
      const { terraform, options, scratch, documents } = cloud();
      const folder = await packageFolder(scratch, 'refused', others?.(documents));
      const { status, stdout } = await terraform.run(
        'plan',
        '-lock=false',
        '-refresh=false',
        '-json',
        ...options,
        `-var=package_dir=${folder}`,
        await varFile(scratch, 'refused', tfvars),
      );
      const details = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { diagnostic?: { detail: string } }).diagnostic?.detail ?? '')
        .join('\n');
      expect(status).toBe(1);
      for (const sentence of sentences) expect(details).toMatch(sentence);
    });
  });
}
