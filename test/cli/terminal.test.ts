import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BIN, PASSWORD, product, startEnvironment, type Environment, type Person } from './environment.js';
import { describeWithTerminal, runOnTerminal, type Typing } from './pseudo-terminal.js';

let environment: Environment;
let person: Person;

beforeAll(async () => {
  environment = await startEnvironment();
  person = await environment.newPerson();
});
afterAll(() => environment.stop());

const onTerminal = (line: string, typing: Typing[]) => runOnTerminal(person, line, typing);

const LOGIN = '"$NODE" "$BIN" login regular; echo "exit=$?"; stty -a';

describeWithTerminal('at a terminal', () => {
  test('a password is prompted for, and neither it nor its length is shown', async () => {
    const screen = await onTerminal(LOGIN, [{ after: 'Password of regular', type: `${PASSWORD}\r` }]);
    expect(screen).toContain('Signed in regular');
    expect(screen).toContain('exit=0');
    expect(screen).not.toContain(PASSWORD);
    expect(screen).not.toContain('*'.repeat(PASSWORD.length));
    expect(screen).toMatch(/ echo /);
  });

  test('Ctrl-C at the prompt exits 130 and leaves the terminal echoing, its cursor shown', async () => {
    const screen = await onTerminal(LOGIN, [{ after: 'Password of regular', type: 'Passw\u0003' }]);
    expect(screen).toContain('exit=130');
    expect(screen).toMatch(/ echo /);
    expect(screen).toMatch(/ icanon /);
    expect(screen.lastIndexOf('\u001B[?25h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\u001B[?25l'));
  });

  test('SIGTERM at the prompt leaves the terminal echoing too', async () => {
    const pidFile = join(person.home, 'pid');
    const kill = () => void process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    const line = `sh -c 'echo $$ > "${pidFile}"; exec "$NODE" "$BIN" login regular'; echo "exit=$?"; stty -a`;
    const screen = await onTerminal(line, [{ after: 'Password of regular', type: kill }]);
    expect(screen).toContain('exit=143');
    expect(screen).toMatch(/ echo /);
  });

  test('a temporary password is changed: the new one is typed twice, and a typing error is noticed', async () => {
    await person.run(['user', 'add', 'peach', '--password-stdin'], { input: 'Temp0rary!' });
    const line = '"$NODE" "$BIN" login peach; echo "exit=$?"';
    const mistyped = await onTerminal(line, [
      { after: 'Password of peach', type: 'Temp0rary!\r' },
      { after: 'New password', type: 'Permanent1!\r' },
      { after: 'Repeat it', type: 'Permanent2!\r' },
    ]);
    expect(mistyped).toMatch(/differ[^]*exit=5/);
    const screen = await onTerminal(line, [
      { after: 'Password of peach', type: 'Temp0rary!\r' },
      { after: 'New password', type: 'Permanent1!\r' },
      { after: 'Repeat it', type: 'Permanent1!\r' },
    ]);
    expect(screen).toMatch(/Signed in peach[^]*exit=0/);
  });

  test('deleting asks first, and Enter means no', async () => {
    await person.run(['user', 'add', 'bowser', '--password-stdin'], { input: 'Temp0rary!' });
    const line = '"$NODE" "$BIN" user delete bowser; echo "exit=$?"';
    expect(await onTerminal(line, [{ after: 'permanently?', type: '\r' }])).toMatch(/bowser was not deleted[^]*exit=0/);
    expect(await onTerminal(line, [{ after: 'permanently?', type: 'y\r' }])).toMatch(/Deleted bowser[^]*exit=0/);
  });

  test('--no-input never prompts', async () => {
    expect(await onTerminal('"$NODE" "$BIN" login regular --no-input; echo "exit=$?"', [])).toContain('exit=5');
  });

  test('a secret is not read from a terminal, which would show it', async () => {
    const screen = await onTerminal('"$NODE" "$BIN" login regular --password-stdin; echo "exit=$?"', []);
    expect(screen).toMatch(/is this terminal[^]*exit=2/);
  });

  test('colours are for terminals, and not under --no-color or NO_COLOR', async () => {
    const RED = '\u001B[31m';
    expect(await onTerminal('"$NODE" "$BIN" token --user x', [])).toContain(RED);
    expect(await onTerminal('"$NODE" "$BIN" token --user x --no-color', [])).not.toContain(RED);
    expect(await onTerminal('NO_COLOR=1 "$NODE" "$BIN" token --user x', [])).not.toContain(RED);
    expect((await person.run(['token', '--user', 'x'])).stderr).not.toContain('\u001B');
  });

  test('a response loses its control characters on the screen and ends its last line; a pipe gets it as it is', async () => {
    const body = 'a\u001B]0;title\u0007b\u009B31mc\u202Ed\ne';
    const server = createServer((_request, response) => response.end(body));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const LOCAL_DIR = await environment.changedLocalDir({ apiUrl: `http://127.0.0.1:${port}` });
    await person.run(['login', 'regular', '--password-stdin'], { input: PASSWORD });
    const screen = await onTerminal(`LOCAL_DIR='${LOCAL_DIR}' "$NODE" "$BIN" call GET /; echo "exit=$?"`, []);
    const { stdout } = await person.run(['call', 'GET', '/'], { env: { LOCAL_DIR } });
    server.close();
    expect(screen).toContain('a]0;titleb31mcd\r\ne\r\nexit=0');
    expect(['\u0007', '\u009B', '\u202E'].filter((control) => screen.includes(control))).toEqual([]);
    expect(stdout).toBe(body);
  });
});

describe('completion', () => {
  beforeAll(async () => {
    const input = JSON.stringify(await environment.profile());
    await person.run(['profile', 'add', 'cloud'], { input });
  });

  test.each([
    [[], ['login', 'user', '--profile']],
    [['user'], ['add', 'groups', '--pool']],
    [['token'], ['--min-ttl', '--header']],
    [
      ['token', '--pool'],
      ['customers', 'staff'],
    ],
    [['user', 'add', 'x', '--group'], ['chefs']],
    [
      ['login', '--machine'],
      ['kitchen', '--json'],
    ],
    [
      ['token', '--profile'],
      ['local', 'cloud'],
    ],
  ])('after %j offers %j, and no hidden command', async (words, expected) => {
    const { code, stdout } = await person.run(['complete', '--', ...words]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(expected));
    expect(stdout).not.toMatch(/^complete$/m);
  });

  test('the script of bash completes in bash, and runs this build even if PATH has another command of that name', () => {
    const { command } = product;
    const script = `
      eval "$("$NODE" "$BIN" completion bash)"
      COMP_WORDS=(${command} user pas); COMP_CWORD=2; _${command}; echo "\${COMPREPLY[@]}"; ${command} --version`;
    // The first place where a shell looks for the command has another one.
    const impostors = join(person.home, 'impostors');
    mkdirSync(impostors);
    writeFileSync(join(impostors, command), '#!/bin/sh\necho impostor\n', { mode: 0o755 });
    const env = { ...person.env, PATH: `${impostors}:${process.env['PATH']}`, NODE: process.execPath, BIN };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^passwd\n\d+\.\d+\.\d+\n$/), stderr: '' });
  });
});
