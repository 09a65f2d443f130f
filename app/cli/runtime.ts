/** What the entry reads from the process; nothing else in the command does. */
export interface Runtime {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  /** The user that files must belong to; undefined on Windows. */
  readonly uid: number | undefined;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdoutIsTerminal: boolean;
  /** Node's `writeSync`, for stdout and stderr: the number of bytes that were written. */
  readonly write: (fd: number, data: Uint8Array) => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The part of it that says where state and profiles are. */
export type StateLocation = Pick<Runtime, 'env' | 'platform' | 'cwd' | 'uid'>;
