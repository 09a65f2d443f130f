import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSigningKey } from '../../../harness/issuer.js';
import { openTarget } from '../../../harness/http-target.js';
import { arbitraryText, recipe, tokenOf } from './recipe.js';
import { createVerdict, type Verdict } from './verdict.js';

const target = openTarget({ tokenCacheSize: 100 });
const numRuns = Number(process.env['FUZZ_TOKENS'] ?? 1_000);

const forger = createSigningKey();
const codes = {
  person: [''],
  machine: ['not_allowed'],
  refused: ['token_missing', 'request_malformed', 'token_invalid', 'token_expired', 'token_not_yet_valid'],
} satisfies Record<Verdict, string[]>;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heapUsed() {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Our result is that of a second verifier, at first sight and when the token is repeated. */
test(
  `${numRuns} tokens, each accepted or refused as by jose and our rules`,
  async () => {
    const { customers, staff } = target.api;
    const verdict = createVerdict([customers, staff]);
    const counts = { person: 0, machine: 0, refused: 0 };

    async function judge(token: string) {
      const holder = await verdict(token);
      for (const sight of holder === 'refused' ? ['first'] : ['first', 'second']) {
        const { status, code = '' } = await target.get(token, '/me');
        expect({ token, sight, isAdmitted: status === 200, isExpected: codes[holder].includes(code) }).toEqual({
          token,
          sight,
          isAdmitted: holder === 'person',
          isExpected: true,
        });
      }
      counts[holder] += 1;
    }

    const tokens = fc.oneof(
      { weight: 3, arbitrary: recipe.map((made) => () => tokenOf(made, { customers, staff, forger })) },
      { weight: 1, arbitrary: arbitraryText.map((token) => () => token) },
    );
    const run = (runs: number) =>
      fc.assert(
        fc.asyncProperty(tokens, (make) => judge(make())),
        { numRuns: runs },
      );

    await run(Math.ceil(numRuns / 10));
    target.api.lines.length = 0;
    const before = heapUsed();
    await run(Math.floor(numRuns * 0.9));
    target.api.lines.length = 0;
    const growth = (heapUsed() - before) / 1_048_576;
    if (numRuns > 2_000) process.stdout.write(`${JSON.stringify({ ...counts, heapGrowthMiB: growth })}\n`);

    expect(counts.person).toBeGreaterThan(numRuns / 20);
    expect(counts.refused).toBeGreaterThan(numRuns / 20);
    expect(growth).toBeLessThan(16);
    expect(target.unexpectedConnections).toEqual([]);
  },
  numRuns * 60 + 20_000,
);
