/** What the entry knows of the process, handed on so that nothing else looks. */
export interface Runtime {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  /** Whom files must belong to; undefined on Windows. */
  readonly uid: number | undefined;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
