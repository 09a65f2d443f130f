import { randomBytes } from 'node:crypto';
import { verifiedByCode } from '../accounts/settings.js';
import { poolOf, type Context } from '../context.js';
import { CognitoError, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { DIGITS, LOWER, randomText } from '../random-text.js';
import type { ImportJob } from '../state/administration.js';
import type { Pool } from '../state/state.js';
import { csvHeader } from './csv.js';

const identified = {
  UserPoolId: fields.poolId,
  JobId: required(text({ min: 1, max: 55, pattern: /import-[0-9a-zA-Z-]+/ })),
};
const EXPIRED_AFTER_MS = 24 * 3_600_000;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html */
export const importOperations = {
  GetCSVHeader: reads({ UserPoolId: fields.poolId }, (context, { UserPoolId }) => ({
    UserPoolId,
    CSVHeader: csvHeader(poolOf(context, UserPoolId)),
  })),

  CreateUserImportJob: writes(
    { UserPoolId: fields.poolId, JobName: fields.name, CloudWatchLogsRoleArn: required(fields.arn) },
    (context, { UserPoolId, JobName, CloudWatchLogsRoleArn }) => {
      const pool = poolOf(context, UserPoolId);
      const job: ImportJob = {
        id: `import-${randomText(10, `${LOWER}${DIGITS}`)}`,
        name: JobName,
        roleArn: CloudWatchLogsRoleArn,
        uploadKey: randomBytes(32).toString('base64url'),
        createdAt: context.now(),
        status: 'Created',
        imported: 0,
        skipped: 0,
        failed: 0,
      };
      (pool.importJobs ??= new Map<string, ImportJob>()).set(job.id, job);
      return { UserImportJob: describe(context, pool, job) };
    },
  ),

  StartUserImportJob: writes(identified, (context, { UserPoolId, JobId }) => {
    const pool = poolOf(context, UserPoolId);
    const job = jobOf(pool, JobId);
    if (statusAt(job, context.now()) !== 'Created') throw notMet('The import job was started before, or has expired.');
    if (verifiedByCode(pool).length === 0)
      throw notMet('The user pool must have at least one auto-verified attribute for users to be imported.');
    if (job.csv === undefined) throw notMet('No file was uploaded to the PreSignedUrl of the import job.');
    Object.assign(job, { status: 'Pending', startedAt: context.now() });
    const response = { UserImportJob: describe(context, pool, job) };
    context.startImport(pool, job);
    return response;
  }),

  StopUserImportJob: writes(identified, (context, { UserPoolId, JobId }) => {
    const pool = poolOf(context, UserPoolId);
    const job = jobOf(pool, JobId);
    if (job.status !== 'Pending' && job.status !== 'InProgress') throw notMet('The import job is not in progress.');
    job.status = 'Stopping';
    return { UserImportJob: describe(context, pool, job) };
  }),

  DescribeUserImportJob: reads(identified, (context, { UserPoolId, JobId }) => {
    const pool = poolOf(context, UserPoolId);
    return { UserImportJob: describe(context, pool, jobOf(pool, JobId)) };
  }),

  /** The last created one first. */
  ListUserImportJobs: reads(
    { UserPoolId: fields.poolId, MaxResults: required(integer(1, 60)), PaginationToken: fields.pageToken },
    (context, { UserPoolId, MaxResults, PaginationToken }) => {
      const pool = poolOf(context, UserPoolId);
      const jobs = [...(pool.importJobs?.values() ?? [])].toReversed();
      const entries = jobs.map((job, index) => [`${1e15 - job.createdAt}/${1e6 + index}`, job] as const);
      const { items, next } = fields.page(entries, MaxResults, PaginationToken);
      return { UserImportJobs: items.map((job) => describe(context, pool, job)), PaginationToken: next };
    },
  ),
};

const notMet = (message: string) => new CognitoError('PreconditionNotMetException', message);

/** Throws ResourceNotFoundException. */
function jobOf(pool: Pool, id: string): ImportJob {
  const found = pool.importJobs?.get(id);
  if (!found) throw notFound(`User import job ${id} does not exist.`);
  return found;
}

/** A job that nobody starts within 24 hours expires. */
const statusAt = ({ status, createdAt }: ImportJob, now: number) =>
  status === 'Created' && now - createdAt >= EXPIRED_AFTER_MS ? 'Expired' : status;

const describe = (context: Context, pool: Pool, job: ImportJob) => ({
  JobId: job.id,
  JobName: job.name,
  UserPoolId: pool.id,
  CloudWatchLogsRoleArn: job.roleArn,
  PreSignedUrl: `${context.endpoint}/imports/${pool.id}/${job.id}?signature=${job.uploadKey}`,
  Status: statusAt(job, context.now()),
  CreationDate: fields.date(job.createdAt),
  ...(job.startedAt !== undefined && { StartDate: fields.date(job.startedAt) }),
  ...(job.completedAt !== undefined && { CompletionDate: fields.date(job.completedAt) }),
  ImportedUsers: job.imported,
  SkippedUsers: job.skipped,
  FailedUsers: job.failed,
  CompletionMessage: job.completedAt === undefined ? undefined : job.message,
});
