import { Writable } from 'node:stream';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import pino from 'pino';
import type { Declaration } from '../../app/local/seed/target.js';
import { startLocal, type LocalCognito } from '../../app/local/start.js';
import { connect } from './emulator.js';
import { fastCrypto } from './fast-crypto.js';

/** A LOCAL_DIR to start in several times. */
export interface LocalDirectory {
  path: string;
  /** Every line logged by the last start. */
  logged(): readonly Record<string, unknown>[];
  /** Starts, runs `work` and stops; resolves to what was running. */
  run(
    declaration: Declaration,
    work?: (local: LocalCognito, sdk: CognitoIdentityProvider) => Promise<unknown>,
  ): Promise<LocalCognito>;
}

/** Directories that `removeDirectories` removes. */
const paths: string[] = [];

export async function newDirectory(): Promise<LocalDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'local-directory-'));
  paths.push(path);
  let lines: Record<string, unknown>[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
    done();
  };
  return {
    path,
    logged: () => lines,
    async run(declaration, work = async () => undefined) {
      lines = [];
      const log = pino({ base: null }, new Writable({ write }));
      const options = { dir: path, cognitoPort: 0, host: '127.0.0.1', env: {}, log, ...fastCrypto() };
      const local = await startLocal({ ...declaration, ...options });
      const sdk = connect(local.cognitoEndpoint);
      await work(local, sdk).finally(async () => {
        sdk.destroy();
        await local.close();
      });
      return local;
    },
  };
}

export const removeDirectories = () => Promise.all(paths.map((path) => rm(path, { recursive: true })));
