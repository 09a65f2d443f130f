import { appendDurably } from '../../durable-file.js';

/** Appends lines to a file, in order. Lines that are added during a write share the next one: a burst costs two writes. */
export class LineWriter {
  readonly #path: string;
  #pending = '';
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  add(line: string): void {
    this.#pending += `${line}\n`;
  }

  /** Resolves once every line so far is on disk. Rejects where they can't be written; the next call tries again. */
  async settled(): Promise<void> {
    if (this.#pending === '') return this.#writing;
    this.#next ??= (this.#writing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.#writing = this.#next;
        this.#next = undefined;
        return this.#write();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const lines = this.#pending;
    this.#pending = '';
    try {
      await appendDurably(this.#path, lines);
    } catch (error) {
      // The empty line ends what a failed write may have left behind.
      this.#pending = `\n${lines}${this.#pending}`;
      throw error;
    }
  }
}
