import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD, PIZZA, startStage, type Person, type Stage } from './environment.js';

/** `script` of util-linux gives a pseudo-terminal; that of other systems is called in other ways. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
const withTerminal = hasScript ? describe : describe.skip;

let stage: Stage;
let person: Person;

beforeAll(async () => {
  stage = await startStage();
  person = await stage.newPerson();
});
afterAll(() => stage.stop());

interface Typing {
  /** What is waited for on the screen, and what is typed or done then. */
  after: string;
  type: string | (() => void);
}

/** Runs a shell line on a terminal, types, and gives what was on the screen. */
function onTerminal(line: string, typing: Typing[]): Promise<string> {
  const env = { PATH: process.env['PATH'], TERM: 'xterm', NODE: process.execPath, PIZZA, ...person.env };
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: person.home, env });
  const left = [...typing];
  let screen = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const next = left[0];
    const at = next ? screen.indexOf(next.after, seen) : -1;
    if (!next || at < 0) return;
    seen = at + next.after.length;
    left.shift();
    if (typeof next.type === 'string') child.stdin.write(next.type);
    else next.type();
  });
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', () => done(screen));
  });
}

const LOGIN = '"$NODE" "$PIZZA" login regular; echo "exit=$?"; stty -a';

withTerminal('at a terminal', () => {
  test('a password is asked for, and neither it nor its length is shown', async () => {
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

  test('a kill at the prompt leaves the terminal echoing too', async () => {
    const pidFile = join(person.home, 'pid');
    const kill = () => process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    const line = `sh -c 'echo $$ > "${pidFile}"; exec "$NODE" "$PIZZA" login regular'; echo "exit=$?"; stty -a`;
    const screen = await onTerminal(line, [{ after: 'Password of regular', type: kill }]);
    expect(screen).toContain('exit=143');
    expect(screen).toMatch(/ echo /);
  });

  test('a temporary password is changed: the new one is typed twice, and a slip is caught', async () => {
    await person.pizza(['user', 'add', 'peach', '--password-stdin'], { input: 'Temp0rary!' });
    const line = '"$NODE" "$PIZZA" login peach; echo "exit=$?"';
    const slip = await onTerminal(line, [
      { after: 'Password of peach', type: 'Temp0rary!\r' },
      { after: 'New password', type: 'Permanent1!\r' },
      { after: 'once more', type: 'Permanent2!\r' },
    ]);
    expect(slip).toMatch(/differ[^]*exit=5/);
    const screen = await onTerminal(line, [
      { after: 'Password of peach', type: 'Temp0rary!\r' },
      { after: 'New password', type: 'Permanent1!\r' },
      { after: 'once more', type: 'Permanent1!\r' },
    ]);
    expect(screen).toMatch(/Signed in peach[^]*exit=0/);
  });

  test('deleting asks first, and No is the answer that Enter gives', async () => {
    await person.pizza(['user', 'add', 'bowser', '--password-stdin'], { input: 'Temp0rary!' });
    const line = '"$NODE" "$PIZZA" user delete bowser; echo "exit=$?"';
    expect(await onTerminal(line, [{ after: 'for good?', type: '\r' }])).toMatch(/Kept bowser[^]*exit=0/);
    expect(await onTerminal(line, [{ after: 'for good?', type: 'y\r' }])).toMatch(/Deleted bowser[^]*exit=0/);
  });

  test('--no-input asks nothing', async () => {
    expect(await onTerminal('"$NODE" "$PIZZA" login regular --no-input; echo "exit=$?"', [])).toContain('exit=5');
  });

  test('a secret is not taken from stdin where it would be shown', async () => {
    const screen = await onTerminal('"$NODE" "$PIZZA" login regular --password-stdin; echo "exit=$?"', []);
    expect(screen).toMatch(/is this terminal[^]*exit=2/);
  });

  test('colours are for terminals, and not under --no-color or NO_COLOR', async () => {
    const RED = '\u001B[31m';
    expect(await onTerminal('"$NODE" "$PIZZA" token --user x', [])).toContain(RED);
    expect(await onTerminal('"$NODE" "$PIZZA" token --user x --no-color', [])).not.toContain(RED);
    expect(await onTerminal('NO_COLOR=1 "$NODE" "$PIZZA" token --user x', [])).not.toContain(RED);
    expect((await person.pizza(['token', '--user', 'x'])).stderr).not.toContain('\u001B');
  });
});

describe('completion', () => {
  test.each([
    [[], ['login', 'user', '--profile']],
    [['user'], ['add', 'groups', '--pool']],
    [['token'], ['--min-ttl', '--header']],
    [
      ['token', '--pool'],
      ['customers', 'staff'],
    ],
  ])('after %j offers %j, and nothing that is hidden', async (words, expected) => {
    const { code, stdout } = await person.pizza(['complete', '--', ...words]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(expected));
    expect(stdout).not.toMatch(/^complete$/m);
  });

  test('the script of bash completes in bash', () => {
    const script = `
      pizza() { "$NODE" "$PIZZA" "$@"; }
      eval "$(pizza completion bash)"
      COMP_WORDS=(pizza user pas); COMP_CWORD=2; _pizza; echo "\${COMPREPLY[@]}"`;
    const env = { PATH: process.env['PATH'], NODE: process.execPath, PIZZA, ...person.env };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'passwd\n', stderr: '' });
  });
});
