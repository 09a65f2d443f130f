import type { IncomingMessage } from 'node:http';
import type { Run } from '../operation.js';
import { readBody } from './body.js';
import type { Response } from './responses.js';

const PATH = /^\/imports\/(?<poolId>[\w-]+)\/(?<jobId>import-[\w-]+)\?signature=(?<key>[\w-]+)$/u;
const VALID_MS = 15 * 60_000;
const MAX_FILE_BYTES = 5 * 1024 * 1024;

export const isImportUpload = ({ method, url = '' }: IncomingMessage) => method === 'PUT' && PATH.test(url);

/** A PUT to a job's PreSignedUrl, which is valid for 15 minutes: stores the file, of at most 5 MB, with the job. */
export async function storeUpload(run: Run, request: IncomingMessage): Promise<Response> {
  const { poolId = '', jobId = '', key } = PATH.exec(request.url ?? '')?.groups ?? {};
  const csv = await readBody(request, MAX_FILE_BYTES);
  const call = async ({ state, now }: Parameters<Parameters<Run>[0]['call']>[0]): Promise<Response> => {
    const job = state.pools.get(poolId)?.importJobs?.get(jobId);
    if (!job || job.uploadKey !== key || job.status !== 'Created' || now() - job.createdAt >= VALID_MS) return denied;
    job.csv = csv;
    return { status: 200, headers: {} };
  };
  return run({ writes: true, call }, undefined);
}

const denied: Response = {
  status: 403,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'AccessDenied: the address is wrong or has expired, or its import job was started.\n',
};
