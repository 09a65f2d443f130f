import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.js';

export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** nginx on a free port, with a plain `proxy_pass` to the URL. All its files are in a folder of its own. */
export async function startNginx(upstream: string): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const configuration = `
daemon off;
master_process off;
pid ${folder}/pid;
events {}
http {
  access_log off;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
    }
  }
}
`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const nginx = spawn(
    'nginx',
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', 'error_log stderr notice;'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const kill = () => nginx.kill();
  process.once('exit', kill);
  const exited = once(nginx, 'exit');

  // It names its version once it listens.
  let written = '';
  for await (const line of createInterface(nginx.stderr)) {
    written += `${line}\n`;
    if (line.includes(' nginx/')) break;
  }
  if (!written.includes(' nginx/')) throw new Error(`nginx did not start: ${written}`);
  nginx.stderr.resume();

  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      process.off('exit', kill);
      nginx.kill();
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
