import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { COMMAND, product, resultOf, type Result } from './environment.js';
import { runInHost } from './command.js';

/** An npm registry that has a package of the command's name by another author, which prints what it gets on stdin. */
let registry: Server;
let requests: string[] = [];
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'safe-lines-'));
  const tarball = await packImpostor();
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  registry = createServer(({ method, url = '', headers: { host } }, response) => {
    requests.push(`${method} ${url}`);
    if (url.endsWith('.tgz')) return response.end(tarball);
    if (url !== `/${product.command}`) return response.writeHead(404).end('{}');
    const dist = { tarball: `http://${host}/impostor.tgz`, integrity };
    const version = { name: product.command, version: '1.0.0', bin: 'run.js', dist };
    const packument = { name: product.command, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(packument));
  });
  await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  registry.closeAllConnections();
  registry.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  requests = [];
});

async function packImpostor(): Promise<Buffer> {
  const folder = join(dir, 'package');
  await mkdir(folder);
  const manifest = { name: product.command, version: '1.0.0', bin: 'run.js' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'run.js'), '#!/usr/bin/env node\nprocess.stdin.pipe(process.stdout);\n', {
    mode: 0o755,
  });
  const packed = spawnSync('tar', ['-czf', join(dir, 'package.tgz'), '-C', dir, 'package']);
  if (packed.status !== 0) throw new Error('tar failed');
  return readFileSync(join(dir, 'package.tgz'));
}

/** Runs a line as it is printed, a secret on stdin, in an empty folder. */
async function runOutsideProject(line: string, home: string): Promise<Result> {
  const cwd = await mkdtemp(join(dir, 'empty-'));
  const { port } = registry.address() as AddressInfo;
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
  };
  const child = spawn('sh', ['-c', line], { cwd, env });
  child.stdin.on('error', () => undefined).end('client-secret');
  return resultOf(child);
}

test('outside the project a printed line runs nothing and asks npm for nothing, even if npx has run an impostor', async () => {
  const home = await mkdtemp(join(dir, 'home-'));
  const plain = await runOutsideProject(`npx ${product.command} profile add cloud`, home);
  expect(plain.stdout).toContain('client-secret');
  // Why lines don't say `npx --no`: the impostor is in npm's cache now.
  const cached = await runOutsideProject(`npx --no ${product.command} profile add cloud`, home);
  expect(cached.stdout).toContain('client-secret');

  requests = [];
  const printed = await runOutsideProject(`${COMMAND} profile add cloud`, home);
  expect(printed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Cannot find module') });
  expect(requests).toEqual([]);
});

test('help texts start the command in no other way', async () => {
  const subcommands = [
    '',
    'login',
    'token',
    'whoami',
    'call',
    'logout',
    'secret-hash',
    'secret rotate',
    'doctor',
    'carry-keys',
    'release',
    'rollback',
    'profile add',
    'completion',
    'user add',
    'user groups',
    'mfa set up',
    'mfa status',
    'mfa off',
    'outbox',
  ];
  const env = { PATH: process.env['PATH'], HOME: dir };
  for (const subcommand of subcommands) {
    const args = [...subcommand.split(' ').filter(Boolean), '--help'];
    const { stdout } = await runInHost({ args, cwd: dir, env, input: '' });
    expect(stdout).toContain(`Usage: ${COMMAND} ${subcommand}`.trim());
    expect(stdout.replaceAll(COMMAND, '').replaceAll(product.name, '')).not.toMatch(
      new RegExp(String.raw`\bnpx\b|\b${product.command}\b`),
    );
  }
});

test.each(['README.md', 'app/README.md', 'app/cli/README.md', 'infra/README.md', 'infra/RUNBOOK.md'])(
  'a line in %s starts the command by the name of its file',
  (path) => {
    const blocks = readFileSync(path, 'utf8').match(/^ *```[^]*?^ *```/gm) ?? [];
    expect(blocks.length).toBeGreaterThan(0);
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: object };
    const otherwise = new RegExp(
      String.raw`\b(?:npx|npm exec|npm x)\b|(?:^|[|&;($]) *(?:${Object.keys(bin).join('|')}) `,
      'm',
    );
    expect(blocks.filter((block) => otherwise.test(block))).toEqual([]);
  },
);
