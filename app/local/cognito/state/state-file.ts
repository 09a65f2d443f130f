import { createHash } from 'node:crypto';
import { readIfPresent, writeDurably } from '../../durable-file.js';
import { StartError } from '../../../platform/config/start-error.js';
import { addMissingMembers } from './previous-version.js';
import type { State } from './state.js';

const VERSION = 1;

/**
 * The state in one file: a line with version and checksum, then the state. Writes are durable and sequential; calls
 * during a write share the next one, so that a burst costs two writes.
 */
export class StateFile {
  readonly state: State;
  readonly #path: string;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(path: string, state: State) {
    this.#path = path;
    this.state = state;
  }

  /** Throws a StartError when the file is damaged, and leaves it as it is. */
  static async open(path: string): Promise<StateFile> {
    const written = await readIfPresent(path);
    return new StateFile(path, written === undefined ? { pools: new Map() } : parse(path, written));
  }

  /** Resolves once everything that is in `state` now is on disk. */
  save(): Promise<void> {
    this.#next ??= (this.#writing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.#writing = this.#next;
        this.#next = undefined;
        return writeDurably(this.#path, serialise(this.state));
      });
    return this.#next;
  }

  /** Resolves once every requested write is done: what a reader sees is then on disk. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#writing)?.catch(() => this.save());
  }
}

function serialise(state: State): string {
  const body = JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? { $map: [...value] } : value));
  return `${JSON.stringify({ version: VERSION, sha256: sha256(body) })}\n${body}\n`;
}

function parse(path: string, written: string): State {
  const [head = '', body = ''] = written.split('\n');
  const header = parseJson(path, head);
  if (!isRecord(header) || header['version'] !== VERSION || header['sha256'] !== sha256(body)) throw damaged(path);
  // The checksum proves that serialise wrote it.
  const state: State = JSON.parse(body, (_key, value: unknown) =>
    isRecord(value) && Array.isArray(value['$map']) ? new Map(value['$map']) : value,
  );
  return addMissingMembers(state);
}

function parseJson(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged(path);
  }
}

function damaged(path: string): StartError {
  return new StartError(
    `${path} is damaged, or was written by another version; it was left as it is. ` +
      'Restore it from a copy, or move it away to start with new pools and users.',
  );
}

const sha256 = (body: string) => createHash('sha256').update(body).digest('base64url');
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
