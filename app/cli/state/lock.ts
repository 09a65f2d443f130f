import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, systemCode } from '../failure.js';
import { createPrivateFile, makePrivateDirectory } from './private-file.js';

/** Longer than any work under a lock takes: every call in there ends within 15 s. */
const STALE_AFTER_MS = 60_000;
const WAIT_MS = 90_000;
const POLL_MS = 20;

/**
 * Runs `work` while no other process does so under this path. A holder that was killed leaves its file behind: a waiting
 * process that finds the holder's process gone (or, on another host, the file a minute old) removes the file. Removal is
 * itself exclusive, so that a lock that another process has just acquired is never removed; proper-lockfile has that race.
 * Throws the Failure `state_busy` after 90 s.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  makePrivateDirectory(dirname(path));
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  const deadline = performance.now() + WAIT_MS;
  while (!createPrivateFile(path, mine)) {
    if (performance.now() > deadline) throw busy(path);
    const holder = readIfPresent(path);
    if (holder !== undefined && isAbandoned(path, holder)) removeAbandoned(path, holder);
    await pause(POLL_MS * (0.5 + Math.random()));
  }
  try {
    return await work();
  } finally {
    if (readIfPresent(path) === mine) rmSync(path, { force: true });
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function ageOf(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

function isAbandoned(path: string, holder: string): boolean {
  if (ageOf(path) > STALE_AFTER_MS) return true;
  try {
    const { pid, host } = JSON.parse(holder) as { pid: number; host: string };
    return host === hostname() && !isRunning(pid);
  } catch {
    // Its holder is writing it right now.
    return false;
  }
}

/** Whether a process of this computer has the id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

function removeAbandoned(path: string, holder: string): void {
  const removal = `${path}.removal`;
  if (!createPrivateFile(removal, holder)) {
    if (ageOf(removal) > STALE_AFTER_MS) rmSync(removal, { force: true });
    return;
  }
  try {
    if (readIfPresent(path) === holder) rmSync(path, { force: true });
  } finally {
    rmSync(removal, { force: true });
  }
}

function busy(path: string) {
  return new Failure('unexpected', 'state_busy', {
    message: `Another process has held the lock ${path} for ${WAIT_MS / 1000} s.`,
    hint: `End that process; if there is none: rm '${path}'`,
  });
}
