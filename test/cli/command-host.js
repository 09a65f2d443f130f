import { PassThrough, Readable } from 'node:stream';

/**
 * A process in which command lines run one after the other, as `command.ts` sends them: each is spared the start of
 * Node and the loading of the command.
 * @typedef {{ args: string[], cwd: string, env: Record<string, string>, input: string }} CommandLine
 * @typedef {typeof import('../../app/cli/main.js')} Main
 */

const [directory = ''] = process.argv.slice(2);
/** @type {Main} */
const { main } = await import(`${directory}/main.js`);

/** @type {(line: CommandLine) => Promise<{ code: number, stdout: string, stderr: string }>} */
async function run({ args, cwd, env, input }) {
  process.chdir(cwd);
  // The AWS SDK reads it.
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }, env);
  /** @type {[Buffer[], Buffer[]]} */
  const written = [[], []];
  const code = await main(args, {
    env: process.env,
    platform: process.platform,
    cwd,
    uid: process.geteuid?.(),
    now: Date.now,
    stdin: /** @type {NodeJS.ReadStream} */ (/** @type {unknown} */ (Readable.from([Buffer.from(input)]))),
    stderr: /** @type {NodeJS.WriteStream} */ (/** @type {unknown} */ (new PassThrough())),
    stdoutIsTerminal: false,
    write: (fd, data) => written[fd === 1 ? 0 : 1].push(Buffer.from(data)) && data.length,
  });
  const [stdout = '', stderr = ''] = written.map((chunks) => Buffer.concat(chunks).toString());
  return { code, stdout, stderr };
}

let last = Promise.resolve();
process.on('message', (/** @type {{ id: number, line: CommandLine }} */ { id, line }) => {
  last = last.then(async () => void process.send?.({ id, result: await run(line) }));
});
