import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Run, Terraform } from '../cloud/terraform.js';

/** What Terraform reports of its own files, without an account or a network. */
export interface Checks {
  readonly format: Run;
  readonly validation: Run;
  readonly tests: Run;
}

export async function runChecks(terraform: Terraform): Promise<Checks> {
  const format = await terraform.run('fmt', '-check', '-recursive');
  const validation = await terraform.run('validate', '-json');
  return { format, validation, tests: await terraform.run('test') };
}

/** The files of infra/ by themselves; `init` has already checked the lock file. */
export function checks(run: () => Promise<Checks>) {
  describe('the Terraform code', () => {
    let checked: Checks;

    beforeAll(async () => {
      checked = await run();
    }, 180_000);

    test('is formatted', () => {
      expect(checked.format).toMatchObject({ status: 0, text: '' });
    });

    test('is valid, without a warning', () => {
      expect(JSON.parse(checked.validation.stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    });

    test("passes Terraform's own tests", () => {
      expect(checked.tests.text).toMatch(/Success! \d+ passed, 0 failed\./);
      expect(checked.tests.status).toBe(0);
    });
  });
}
