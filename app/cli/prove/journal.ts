import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../platform/contract/profile.js';
import { systemCode } from '../failure.js';
import type { StateLocation } from '../runtime.js';
import { isRunning } from '../state/lock.js';
import { readPrivateFile, writePrivateFile } from '../state/private-file.js';
import { stateDirectory } from '../state/state-directory.js';
import type { Creation } from './objects.js';

/** What a run makes, written down before it is made: the next run finds what a killed one left. Holds no secret. */
interface Entry {
  readonly runId: string;
  readonly pid: number;
  readonly host: string;
  /** The ids of the deployment's pools. */
  readonly deployment: string;
  readonly creations: readonly Creation[];
}

export interface Journal {
  readonly runId: string;
  /** Called before each creation of an object. */
  record(creation: Creation): void;
  /** Everything is removed. */
  end(): void;
}

/** Long after any run has ended; runs on other computers leave nothing here. */
const ABANDONED_AFTER_MS = 3_600_000;
const ID = /^([0-9a-z]{8,9})-[0-9a-f]{8}$/;

/** Begins with its time. */
function newRunId(now: number): string {
  return `${now.toString(36)}-${randomBytes(4).toString('hex')}`;
}

const directoryOf = (location: StateLocation) => join(stateDirectory(location), 'prove');

const deploymentOf = ({ pools }: Profile) =>
  Object.values(pools)
    .map(({ userPoolId }) => userPoolId)
    .toSorted()
    .join(' ');

export function startJournal(profile: Profile, location: StateLocation, now: number): Journal {
  const runId = newRunId(now);
  const path = join(directoryOf(location), `${runId}.json`);
  const creations: Creation[] = [];
  const entry = { runId, pid: process.pid, host: hostname(), deployment: deploymentOf(profile), creations };
  const write = () => writePrivateFile(path, JSON.stringify(entry));
  write();
  return {
    runId,
    record(creation) {
      creations.push(creation);
      write();
    },
    end: () => rmSync(path, { force: true }),
  };
}

/** Runs on this deployment that ended without removing what they made. */
export interface Abandoned {
  /** What they may have created. */
  readonly creations: readonly Creation[];
  /** Whether a run, by its id, is one of them; those of other computers are after an hour. */
  has(runId: string): boolean;
  /** Everything is removed. */
  forget(): void;
}

export function findAbandoned(profile: Profile, location: StateLocation, now: number): Abandoned {
  const entries = readEntries(location);
  const own = entries.filter(({ entry }) => entry.deployment === deploymentOf(profile));
  const dead = own.filter(({ entry }) => entry.host !== hostname() || !isRunning(entry.pid));
  const deadIds = new Set(dead.map(({ entry }) => entry.runId));
  const knownIds = new Set(entries.map(({ entry }) => entry.runId));
  return {
    creations: dead.flatMap(({ entry }) => entry.creations),
    has: (runId) => deadIds.has(runId) || (!knownIds.has(runId) && now - startOf(runId) > ABANDONED_AFTER_MS),
    forget() {
      for (const { path } of dead) rmSync(path, { force: true });
    },
  };
}

function readEntries(location: StateLocation) {
  const directory = directoryOf(location);
  return namesIn(directory).flatMap((name) => {
    const path = join(directory, name);
    if (!ID.test(name.replace(/\.json$/, ''))) return [];
    const json = readPrivateFile(path, location);
    return json === undefined ? [] : [{ path, entry: JSON.parse(json) as Entry }];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Infinity for what is no id of a run: it is never old enough. */
function startOf(runId: string): number {
  const [, time] = ID.exec(runId) ?? [];
  return time === undefined ? Infinity : Number.parseInt(time, 36);
}
