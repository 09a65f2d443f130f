import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';
import { createJob, createJobWith, fileOf, newPool, person } from './import-job.js';

const emulator = useEmulator();
const app = beforeTests(() => newPool(emulator));

describe('an import job', () => {
  test('does not start without a file, without an attribute to verify, or after a day', async () => {
    const empty = await createJob(app);
    await expectRefusal(empty.start(), 'PreconditionNotMetException', 'No file was uploaded');
    const unverified = await createApp(emulator);
    const job = await createJobWith(unverified, await fileOf(unverified, [person('ada')]));
    await expectRefusal(job.start(), 'PreconditionNotMetException', 'at least one auto-verified attribute');
    emulator.pass({ days: 1 });
    expect(await empty.described()).toHaveProperty('Status', 'Expired');
    await expectRefusal(empty.start(), 'PreconditionNotMetException', 'has expired');
  });

  test('takes a file at its address alone, for 15 minutes', async () => {
    const { job, upload } = await createJob(app);
    const address = job?.PreSignedUrl ?? '';
    expect((await fetch(`${address}x`, { method: 'PUT', body: 'a' })).status).toBe(403);
    expect((await upload('a'.repeat(5 * 1024 * 1024 + 1))).status).toBe(413);
    emulator.pass({ minutes: 15 });
    const late = await upload('a');
    expect([late.status, await late.text()]).toStrictEqual([403, expect.stringMatching(/^AccessDenied/u)]);
  });

  test('is listed, the last created one first, in pages', async () => {
    const pool = await newPool(emulator);
    const { sdk, UserPoolId } = pool;
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await createJob(pool)).job?.JobId);
      emulator.pass({ seconds: 1 });
    }
    const first = await sdk.listUserImportJobs({ UserPoolId, MaxResults: 2 });
    const last = await sdk.listUserImportJobs({ UserPoolId, MaxResults: 2, PaginationToken: first.PaginationToken });
    const listed = [...(first.UserImportJobs ?? []), ...(last.UserImportJobs ?? [])].map(({ JobId }) => JobId);
    expect([listed, last.PaginationToken]).toStrictEqual([ids, undefined]);
    await expectRefusal(
      sdk.describeUserImportJob({ UserPoolId, JobId: 'import-none' }),
      'ResourceNotFoundException',
      'import-none does not exist',
    );
  });
});
