import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud/cloud.js';
import type { Run } from '../cloud/terraform.js';

/** What Terraform reports of its own files, without an account or a network. */
interface Checks {
  readonly format: Run;
  readonly validation: Run;
  readonly tests: Run;
}

/** The files of infra/ by themselves; `init` has already checked the lock file. */
export function checks(cloud: () => Cloud) {
  describe('the Terraform code', () => {
    let checked: Checks;

    beforeAll(async () => {
      const { terraform } = cloud();
      const format = await terraform.run('fmt', '-check', '-recursive');
      const validation = await terraform.run('validate', '-json');
      checked = { format, validation, tests: await terraform.run('test') };
    }, 420_000);

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
