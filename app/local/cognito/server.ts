import type { Logger } from 'pino';
import { ensurePrivateDirectory, removeDrafts } from '../durable-file.js';
import type { Context } from './context.js';
import { ImportRunner } from './import/runner.js';
import { createRun, type Run } from './operation.js';
import { Outbox } from './outbox/outbox.js';
import { Keys, newRsaKey, type NewKey } from './pools/keys.js';
import { lockDirectory } from './state/lock.js';
import { StateFile } from './state/state-file.js';
import { TriggerRunner, type RunnerOptions } from './triggers/runner.js';
import { newUnknownNames } from './users/lockout.js';
import { createPasswords, type Passwords } from './users/passwords.js';
import { localCertificate } from './wire/certificate.js';
import { listenOnLoopback, type Listening } from './wire/http-server.js';
import { acceptLocal } from './wire/local-requests.js';
import { createRouter } from './wire/router.js';

export interface CognitoOptions {
  /** Where the state and the outbox are kept: `cognito.json` and `outbox.jsonl`, mode 0600. */
  dir: string;
  /** 0 for a free one. */
  port: number;
  region: string;
  log: Logger;
  /** Milliseconds since 1970. */
  now?: () => number;
  passwords?: Passwords;
  /** Makes the signing keys of new pools. */
  newKey?: NewKey;
  /** What tokens carry as issuer: the emulator's address, the default, or Cognito's own for the pool's id. */
  issuer?: 'local' | 'aws';
  /** Whether the port speaks TLS as well as plain HTTP. */
  tls?: boolean | undefined;
  /** Names other than loopback's by which requests may reach this machine. */
  hosts?: readonly string[] | undefined;
  /** Pages off loopback that may send requests; exact. */
  origins?: readonly string[] | undefined;
  /** The API's triggers, and how long an attempt may take; none by default. */
  triggers?: Pick<RunnerOptions, 'triggers' | 'timeLimitMs' | 'env'> | undefined;
  /** How messages of the outbox name a pool, by its PoolName; by default as it is. */
  poolName?: (name: string) => string;
}

export interface CognitoServer {
  /** Without a slash at the end. */
  endpoint: string;
  /** With TLS: the file that clients trust. */
  caFile?: string | undefined;
  /** Runs an operation as a request would. */
  run: Run;
  /** Responds to the requests in progress, then releases port and directory. */
  close: () => Promise<void>;
}

/** Starts the local Cognito on loopback. Throws StartError when port, directory or state file can't be used. */
export async function startCognito(options: CognitoOptions): Promise<CognitoServer> {
  await ensurePrivateDirectory(options.dir);
  const listening = await listenOnLoopback(options.port);
  try {
    return await serve(options, listening);
  } catch (error) {
    await listening.close();
    throw error;
  }
}

async function serve(options: CognitoOptions, listening: Listening): Promise<CognitoServer> {
  const { dir, region, log, now = Date.now, passwords = createPasswords(), newKey = newRsaKey } = options;
  const { poolName = (name: string) => name, issuer = 'local', tls = false, hosts, origins } = options;
  const unlock = await lockDirectory(dir, listening.port);
  try {
    await removeDrafts(dir);
    const file = await StateFile.open(`${dir}/cognito.json`);
    const { endpoint } = listening;
    const imports = new ImportRunner(() => file.save());
    const context: Context = {
      state: file.state,
      keys: new Keys(newKey),
      passwords,
      unknownNames: newUnknownNames(),
      outbox: await Outbox.open({ path: `${dir}/outbox.jsonl`, poolName }),
      region,
      endpoint,
      issuer,
      now,
      triggers: new TriggerRunner({ triggers: [], ...options.triggers, region, log }),
      startImport: (pool, job) => imports.start(context, pool, job),
    };
    const certificate = tls ? await localCertificate(dir, hosts) : undefined;
    if (certificate) listening.serveTls(certificate);
    const run = createRun(context, file);
    imports.resume(context);
    listening.serve(createRouter({ context, run, log, localRequests: acceptLocal(hosts, origins) }));
    const close = async () => {
      await listening.close();
      await imports.close();
      await Promise.all([file.settled(), context.outbox.settled()]).finally(unlock);
    };
    return { endpoint, caFile: certificate?.caFile, run, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}
