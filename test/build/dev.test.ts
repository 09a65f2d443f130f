import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const scratch = mkdtempSync(join(tmpdir(), 'dev-'));
// At this depth the fixture's imports of app/platform lead where they lead from its own folder.
const api = 'dist/dev/api';
const file = join(api, 'routes.ts');

let dev: ChildProcess;
let output = '';

/** Resolves to what it wrote since, once `pattern` matches. */
async function written(pattern: RegExp, from: number) {
  while (!pattern.test(output.slice(from))) await once(dev, 'written');
  return output.slice(from);
}

const banner = /^API +(http:\S+)\n[^]*Try it/m;
const addressIn = (text: string) => banner.exec(text)?.[1] ?? '';

async function summaryOf(url: string) {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { summary: string }>>;
  };
  return document.paths['/health']?.['get']?.summary;
}

/** Edits the route table and resolves to what was written since then, once the pattern matches. */
async function change(from: string, to: string, pattern: RegExp) {
  const before = output.length;
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  return written(pattern, before);
}

beforeAll(async () => {
  rmSync('dist/dev', { recursive: true, force: true });
  mkdirSync('dist/dev', { recursive: true });
  cpSync('test/harness/fixture-api', api, { recursive: true });
  const env = {
    PATH: process.env['PATH'],
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    PORT: '0',
    LOCAL_COGNITO_PORT: '0',
    LOCAL_DIR: scratch,
    LOG_LEVEL: 'silent',
  };
  const args = ['app/build/dev.js', '--api', api, '--out', 'dist/dev/out'];
  dev = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [dev.stdout, dev.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      dev.emit('written');
    });
  }
  await written(banner, 0);
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
  rmSync('dist/dev', { recursive: true });
});

test('a change is served by a new server, and stands in the documents', async () => {
  expect(await summaryOf(addressIn(output))).toBe('Whether the API is up');
  const text = await change('Whether the API is up', 'Whether it is up', banner);
  expect(await summaryOf(addressIn(text))).toBe('Whether it is up');
});

test('a change that does not build is printed, and the server stays', async () => {
  const url = addressIn(output.slice(output.lastIndexOf('API  ')));
  expect(await change('export const routes', 'export const = routes', /error/i)).toContain('routes.ts');
  expect(await summaryOf(url)).toBe('Whether it is up');
});

test('a route that is wrong is named, and the server stays', async () => {
  const url = addressIn(await change('export const = routes', 'export const routes', banner));
  const text = await change("allow: 'everyone'", 'allow: []', /Route GET \/health: /);
  expect(text).toContain("allow must be 'everyone' or a list of access rules");
  expect(await summaryOf(url)).toBe('Whether it is up');
});

test('it ends with its server', async () => {
  const url = addressIn(output.slice(output.lastIndexOf('API  ')));
  const exited = once(dev, 'exit');
  dev.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
