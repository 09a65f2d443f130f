import { createApp, type App, type Emulator } from '../emulator.js';

/** A pool that verifies e-mail addresses. */
export const newPool = (emulator: Emulator) =>
  createApp(
    emulator,
    { AutoVerifiedAttributes: ['email'], Schema: [{ Name: 'seats', AttributeDataType: 'Number' }] },
    { PreventUserExistenceErrors: 'LEGACY' },
  );

export type Row = Record<string, string>;

export const person = (name: string): Row => ({
  'cognito:username': name,
  'cognito:mfa_enabled': 'FALSE',
  email: `${name}@example.com`,
  email_verified: 'TRUE',
});

export const headerOf = async ({ sdk, UserPoolId }: App) => (await sdk.getCSVHeader({ UserPoolId })).CSVHeader ?? [];

/** A file with the columns of the pool, in another order. */
export async function fileOf(pool: App, rows: readonly Row[]): Promise<string> {
  const columns = (await headerOf(pool)).toReversed();
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

const CloudWatchLogsRoleArn = 'arn:aws:iam::000000000000:role/import';

/** A new job, and its requests. */
export async function createJob(pool: App) {
  const { sdk, UserPoolId } = pool;
  const { UserImportJob: job } = await sdk.createUserImportJob({ UserPoolId, JobName: 'job', CloudWatchLogsRoleArn });
  const upload = (body: string) => fetch(job?.PreSignedUrl ?? '', { method: 'PUT', body });
  const identified = { UserPoolId, JobId: job?.JobId };
  const described = async () => (await sdk.describeUserImportJob(identified)).UserImportJob;
  const finished = async () => {
    let now = await described();
    while (now?.CompletionDate === undefined) now = await described();
    return now;
  };
  return { sdk, job, identified, upload, described, finished, start: () => sdk.startUserImportJob(identified) };
}

/** A new job whose file was uploaded. */
export async function createJobWith(pool: App, file: string) {
  const job = await createJob(pool);
  const { ok } = await job.upload(file);
  if (!ok) throw new Error('The file was not uploaded.');
  return job;
}
