import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../local/emulator.js';
import { scanQrCode, STEP_MS, totp } from './authenticator-app.js';
import { COMMAND, PASSWORD, type Person, type Result } from './environment.js';
import { describeWithMoto, newMotoPool, startMoto, type Moto } from './moto.js';
import { startRetriedEmulator } from './emulator-pool.js';
import { describeWithTerminal, runOnTerminal } from './pseudo-terminal.js';
import {
  APPS,
  LOGIN,
  NO_FACTOR,
  SET_UP,
  TEMPORARY,
  TOTP,
  ENROLMENT_PROMPT,
  SIGN_IN_PROMPT,
  addressOf,
  again,
  createApp,
  login,
  newUser,
  refusal,
  secretOn,
  setUpApp,
  status,
  typePassword,
  type App,
} from './second-factor.js';

let emulator: Emulator;
let app: App;
let person: Person;
let userPoolId: string;

beforeAll(async () => {
  emulator = await startRetriedEmulator();
  app = createApp(emulator);
});
afterAll(() => emulator.stop());

describeWithTerminal('mfa set up at a terminal', () => {
  test('an app scans the QR code, its code is typed, and from then on a code is needed to sign in', async () => {
    ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'OPTIONAL', ...APPS } }));
    const screen = await runOnTerminal(person, SET_UP, [app.typeCode]);
    expect(screen).toMatch(/mario signs in with a code of the authenticator app[^]*exit=0/);
    const secret = secretOn(screen);
    expect(scanQrCode(screen)).toBe(addressOf(secret));
    expect(await status(person)).toEqual(TOTP);
    app.waitForNextCode();
    const typeAppCode = { after: SIGN_IN_PROMPT, type: `${app.code(secret)}\r` };
    expect(await runOnTerminal(person, LOGIN, [typePassword, typeAppCode])).toMatch(/Signed in mario[^]*exit=0/);
  });

  test('a wrong code is asked for again, and the third one ends the command', async () => {
    ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'OPTIONAL', ...APPS } }));
    const refused = await runOnTerminal(person, SET_UP, [
      app.typeWrongCode,
      again(app.typeWrongCode),
      again(app.typeWrongCode),
    ]);
    expect(refused).toMatch(/refused the code[^]*type the one[^]*Error:[^]*refused the code[^]*mfa set up[^]*exit=4/);
    expect(await status(person)).toEqual(NO_FACTOR);
    expect(await runOnTerminal(person, SET_UP, [app.typeWrongCode, again(app.typeCode)])).toMatch(
      /signs in with[^]*exit=0/,
    );
  });

  test('what is no code is not sent', async () => {
    const giveUp = { after: 'It has 6 to 8 digits', type: '\u0003' };
    const screen = await runOnTerminal(person, SET_UP, [{ after: ENROLMENT_PROMPT, type: '12345\r' }, giveUp]);
    expect(screen).toContain('exit=130');
  });

  test('a terminal too narrow for the QR code gets the address as text', async () => {
    const screen = await runOnTerminal(person, SET_UP, [{ after: ENROLMENT_PROMPT, type: '\u0003' }], 40);
    expect(screen).not.toContain('█');
    expect(screen).toMatch(/otpauth:\/\/totp\/\S+\?secret=\w+&issuer=/);
  });

  test('--quiet and --json show the QR code as well, since a code is asked for', async () => {
    const screen = await runOnTerminal(person, '"$NODE" "$BIN" mfa set up -q --json', [app.typeCode]);
    expect(scanQrCode(screen)).toBe(addressOf(secretOn(screen)));
  });
});

describe('mfa set up without a terminal', () => {
  beforeEach(async () => {
    ({ person, userPoolId } = await newUser(emulator, { mfa: { MfaConfiguration: 'OPTIONAL', ...APPS } }));
  });

  test('says which two steps do it, and prints no secret', async () => {
    const answer = await person.run(['mfa', 'set', 'up']);
    expect(answer).toMatchObject({ code: 5, stdout: '' });
    expect(answer.stderr).toContain(`${COMMAND} mfa set up --show-secret, then ${COMMAND} mfa set up --code-stdin`);
    expect(answer.stderr).not.toContain('otpauth:');
  });

  test('--show-secret prints the secret to stdout alone, and --code-stdin verifies a code of it', async () => {
    const shown = await person.run(['mfa', 'set', 'up', '--show-secret', '--json', '-v']);
    const { secret, ...others } = JSON.parse(shown.stdout) as { secret: string };
    expect(others).toEqual({ profile: 'local', pool: 'customers', user: 'mario', address: addressOf(secret) });
    expect(shown.stderr).toContain('AssociateSoftwareToken: ok');
    expect(shown.stderr).not.toContain(secret);
    expect(await status(person)).toEqual(NO_FACTOR);

    const code = app.code(secret);
    const input = `${code.slice(0, 3)} ${code.slice(3)}`;
    const verified = await person.run(['mfa', 'set', 'up', '--code-stdin', '--json'], { input });
    expect(JSON.parse(verified.stdout)).toEqual(TOTP);
  });

  test('a wrong code, or one before --show-secret, changes nothing', async () => {
    const verify = (input: string) => person.run(['mfa', 'set', 'up', '--code-stdin', '--json'], { input });
    expect(refusal(await verify('123456'))).toEqual([4, 'mfa_refused']);
    const { stdout } = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
    const { secret } = JSON.parse(stdout) as { secret: string };
    expect(refusal(await verify(app.wrongCode(secret)))).toEqual([4, 'code_refused']);
    expect(await status(person)).toEqual(NO_FACTOR);
  });

  test('a token that was revoked is refused, with the line that signs in again', async () => {
    await emulator.sdk.adminUserGlobalSignOut({ UserPoolId: userPoolId, Username: 'mario' });
    const answer = await person.run(['mfa', 'status', '--json']);
    expect(refusal(answer)).toEqual([3, 'session_ended']);
    expect(answer.stderr).toContain(`${COMMAND} login mario`);
  });
});

test('a pool without MFA takes no app, and the next step is to allow it', async () => {
  ({ person } = await newUser(emulator, {}));
  const answer = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
  expect(refusal(answer)).toEqual([1, 'mfa_unavailable']);
  expect(answer.stderr).toContain('.tfvars');
});

test('mfa off turns the factor off, and then has nothing to do', async () => {
  ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'OPTIONAL', ...APPS } }));
  await setUpApp(person, app);
  expect((await person.run(['mfa', 'status'])).stdout).toMatch(/factors +totp \(authenticator app\)\npreferred +totp/);
  expect(await person.run(['mfa', 'off'])).toMatchObject({ code: 0, stderr: expect.stringContaining('Turned off') });
  expect(await status(person)).toEqual(NO_FACTOR);
  expect(await person.run(['mfa', 'off'])).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing') });
  expect(await login(person, [], [PASSWORD])).toMatchObject({ code: 0 });
});

describeWithMoto('with another emulator, moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    person = await newMotoPool(moto, { mfa: 'OPTIONAL' });
    await person.run(['user', 'add', 'mario', '--password-stdin'], { input: TEMPORARY });
    await person.run(['user', 'passwd', 'mario', '--password-stdin'], { input: PASSWORD });
    await person.run(['login', 'mario', '--password-stdin'], { input: PASSWORD });
  });
  afterAll(() => moto.stop());

  /** moto accepts the code of this very step alone: where the step ended meanwhile, the next step's code is sent. */
  async function withCode(secret: string, run: (code: string) => Promise<Result>) {
    const code = totp(secret);
    const result = await run(code);
    return result.code === 0 || code === totp(secret) ? result : run(totp(secret));
  }

  test('an app is set up, needed to sign in, and turned off', async () => {
    const { stdout } = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
    const { secret } = JSON.parse(stdout) as { secret: string };
    const verified = await withCode(secret, (input) =>
      person.run(['mfa', 'set', 'up', '--code-stdin', '--json'], { input }),
    );
    expect(JSON.parse(verified.stdout)).toEqual(TOTP);
    const signedIn = await withCode(secret, (code) => login(person, ['--code-stdin'], [PASSWORD, code]));
    expect(signedIn).toMatchObject({ code: 0 });
    const wrong = totp(secret, Date.now() + 100 * STEP_MS);
    expect(refusal(await login(person, ['--code-stdin'], [PASSWORD, wrong]))).toEqual([4, 'code_refused']);
    expect(await person.run(['mfa', 'off'])).toMatchObject({ code: 0 });
    expect(await login(person, [], [PASSWORD])).toMatchObject({ code: 0 });
  });
});
