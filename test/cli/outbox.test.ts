import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BIN, startEnvironment, type Environment, type Person } from './environment.js';
import { describeWithTerminal, runOnTerminal } from './pseudo-terminal.js';

const AT = '2026-11-26T10:00:00.000Z';
const messageTo = (username: string, code: string) => {
  return { at: AT, pool: 'customers', username, to: `${username}@example.com`, kind: 'SignUp', code };
};
const MARIO = messageTo('mario', '111111');
const TOAD = { ...messageTo('toad', '222222'), pool: 'staff', to: null };
const lineOf = (message: object) => `${JSON.stringify(message)}\n`;

let environment: Environment;
let person: Person;
/** A LOCAL_DIR of this test's own, and its outbox. */
let env: { LOCAL_DIR: string };
let outbox: string;

beforeAll(async () => {
  environment = await startEnvironment();
  person = await environment.newPerson();
});
afterAll(() => environment.stop());
beforeEach(async () => {
  env = { LOCAL_DIR: await environment.changedLocalDir({}) };
  outbox = join(env.LOCAL_DIR, 'outbox.jsonl');
});

const writeOutbox = (...lines: string[]) => writeFile(outbox, lines.join(''), { mode: 0o600 });

test('a message of the local Cognito is in the outbox: the temporary password of a new user', async () => {
  const { userPoolId } = (await environment.profile()).pools['customers'] ?? {};
  await environment.sdk.adminCreateUser({ UserPoolId: userPoolId, Username: 'peach', TemporaryPassword: 'Temp0rary!' });
  const { code, stdout } = await person.run(['outbox', '--json']);
  const sent = { pool: 'customers', username: 'peach', to: null, kind: 'AdminCreateUser', code: 'Temp0rary!' };
  expect({ code, messages: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    messages: [{ at: expect.stringMatching(/^\d{4}-.*Z$/), ...sent }],
  });
});

describe('the outbox', () => {
  test('is printed a line for each message, oldest first', async () => {
    await writeOutbox(lineOf(MARIO), lineOf({ ...TOAD, kind: 'AdminCreateUser', code: 'Temp0rary!' }));
    expect(await person.run(['outbox'], { env })).toEqual({
      code: 0,
      stdout:
        `${AT}  customers  mario <mario@example.com>  SignUp  code 111111\n` +
        `${AT}  staff  toad <no address>  AdminCreateUser  temporary password Temp0rary!\n`,
      stderr: '',
    });
  });

  test('is one document under --json, and empty before the first message', async () => {
    expect((await person.run(['outbox', '--json'], { env })).stdout).toBe('[]\n');
    await writeOutbox(lineOf(MARIO), lineOf(TOAD));
    expect(JSON.parse((await person.run(['outbox', '--json'], { env })).stdout)).toEqual([MARIO, TOAD]);
  });

  test('says in words that it is empty', async () => {
    const { code, stdout, stderr } = await person.run(['outbox'], { env });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'The local Cognito has sent no message.\n',
    });
  });

  test('is that of a pool under --pool', async () => {
    await writeOutbox(lineOf(MARIO), lineOf(TOAD));
    const { stdout } = await person.run(['outbox', '--json', '--pool', 'staff'], { env });
    expect(JSON.parse(stdout)).toEqual([TOAD]);
  });

  test('is read without the lines that a killed process left half-written', async () => {
    await writeOutbox(lineOf(MARIO), '{"at":"2026\n', '{}\n', lineOf(TOAD), lineOf(MARIO).slice(0, 30));
    expect(JSON.parse((await person.run(['outbox', '--json'], { env })).stdout)).toEqual([MARIO, TOAD]);
  });

  test('is not read if other users can read it', async () => {
    await writeOutbox(lineOf(MARIO));
    await chmod(outbox, 0o644);
    const { code, stdout, stderr } = await person.run(['outbox', '--json'], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('state_exposed');
  });

  test('is of the profile local alone, and of a local Cognito that was started', async () => {
    expect(await person.run(['outbox', '--profile', 'cloud'])).toMatchObject({ code: 2, stdout: '' });
    const LOCAL_DIR = await mkdtemp(join(environment.dir, 'empty-'));
    const { code, stderr } = await person.run(['outbox'], { env: { LOCAL_DIR } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('npm start') });
  });

  test('--follow prints what is there, what comes, and nothing twice after a restart has shortened the file', async () => {
    await writeOutbox(lineOf(MARIO));
    const args = [BIN, 'outbox', '--follow', '--json'];
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...person.env, ...env } });
    const exited = once(child, 'exit');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as unknown;
    expect(await next()).toEqual(MARIO);
    const line = lineOf(TOAD);
    await appendFile(outbox, line.slice(0, 20));
    await appendFile(outbox, line.slice(20));
    expect(await next()).toEqual(TOAD);
    const luigi = messageTo('luigi', '333333');
    await writeOutbox(line, lineOf(luigi));
    expect(await next()).toEqual(luigi);
    child.kill('SIGINT');
    expect(await exited).toEqual([null, 'SIGINT']);
  });
});

describeWithTerminal('on a terminal', () => {
  test('a message loses its control characters, line feeds included', async () => {
    await writeOutbox(lineOf({ ...MARIO, to: 'a\u001B]0;title\u0007\nb' }));
    const screen = await runOnTerminal(person, `LOCAL_DIR='${env.LOCAL_DIR}' "$NODE" "$BIN" outbox`, []);
    expect(screen).toContain('mario <a]0;title b>  SignUp');
  });
});
