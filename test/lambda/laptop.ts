import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Laptop {
  readonly url: string;
  stop(): Promise<void>;
}

/** The API as `npm start` runs it, from `dist/laptop`. */
export async function startLaptop(environment: Readonly<Record<string, string>>): Promise<Laptop> {
  const child = spawn(process.execPath, ['dist/laptop/server.js'], {
    env: { ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        written += chunk;
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(written) ?? [];
        if (found) resolve(found);
      });
    }
    child.once('close', () => reject(new Error(`The server ended:\n${written}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
