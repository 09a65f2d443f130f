import { describe, expect, test } from '@jest/globals';
import type { Cloud } from './cloud.js';
import { varFile, type Settings } from './settings.js';

const ELEVEN = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'].map((pool) => [pool, {}]));

/** Settings that a plan refuses, and its sentences that say what to mend: as many at once as come to light together. */
const REFUSED: [what: string, settings: Settings, sentences: RegExp[]][] = [
  [
    'an empty name, and a package that is not built',
    { name: '', package_dir: 'tests' },
    [/The deployment's name is empty: give it one\./, /The package is not built: .* Run `make build` first\./],
  ],
  [
    'a name of 65 characters, and eleven pools',
    { name: 'a'.repeat(65), pools: ELEVEN },
    [/Lambda takes 64 letters, .*: mend it\./, /There are 11 pools: .* so have 1 to 10 pools\./],
  ],
  [
    'weak passwords, tokens out of range, an unknown runtime and retention, any origin with credentials',
    {
      pools: {
        customers: { password_policy: { minimum_length: 7 }, client: { token_validity: { access_minutes: 4 } } },
        staff: { client: { token_validity: { refresh_hours: 87_601 } } },
      },
      function: { runtime: 'nodejs18.x' },
      log_retention_days: 31,
      api: { cors: { origins: ['*'], credentials: true } },
    },
    [
      /set password_policy\.minimum_length to 8 or more/,
      /Cognito lets access and ID tokens live 5 to 1440 minutes/,
      /Cognito lets refresh tokens live 1 to 87600 hours/,
      /Runtime "nodejs18\.x" is not one this package runs on: use nodejs22\.x/,
      /CloudWatch doesn't keep logs for 31 days: use 1, 3, 5/,
      /Origin \* together with credentials .*: name the origins/,
    ],
  ],
  [
    'a route whose pool is not there',
    { pools: { customers: {} } },
    [/No such pool: POST \/pizzas asks for staff\. Add the pool/],
  ],
];

export function refusals(cloud: () => Cloud) {
  describe('a plan refuses', () => {
    async function complaints(...options: string[]) {
      const { terraform, options: applied } = cloud();
      const { status, stdout } = await terraform.run(
        'plan',
        '-lock=false',
        '-refresh=false',
        '-json',
        ...applied,
        ...options,
      );
      expect(status).toBe(1);
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { diagnostic?: { detail: string } }).diagnostic?.detail ?? '')
        .join('\n');
    }

    test.each(REFUSED)('%s', async (_what, settings, sentences) => {
      const said = await complaints(await varFile(cloud().scratch, 'refused', settings));
      for (const sentence of sentences) expect(said).toMatch(sentence);
    });
  });
}
