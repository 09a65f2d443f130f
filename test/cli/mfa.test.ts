import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { scanQrCode, totp } from './authenticator-app.js';
import { COMMAND, PASSWORD, product, type Person } from './environment.js';
import { describeWithMoto, newMotoPool, startMoto, type Moto } from './moto.js';
import { describeWithTerminal, runOnTerminal, type Typing } from './pseudo-terminal.js';

const TEMPORARY = 'Temp0rary!';
const SET_UP = '"$NODE" "$BIN" mfa set up; echo "exit=$?"';
const LOGIN = '"$NODE" "$BIN" login mario; echo "exit=$?"';

/** The secret as it is shown below the QR code. */
const secretOn = (screen: string) => /type this secret into it:\s+([A-Z2-7]+)/i.exec(screen)?.[1] ?? '';
const PROMPT = 'Code of the app';
const typeCode: Typing = { after: PROMPT, type: (screen) => `${totp(secretOn(screen))}\r` };
const typeWrongCode: Typing = { after: PROMPT, type: (screen) => `${totp(secretOn(screen), 1000)}\r` };
/** Typed when the prompt is shown again, which its own redrawing does not tell. */
const again = ({ type }: Typing): Typing => ({ after: 'valid now', type });
const typePassword: Typing = { after: 'Password of mario', type: `${PASSWORD}\r` };

let moto: Moto;
let person: Person;

async function newUser({ mfa, isSignedIn }: { mfa: 'OPTIONAL' | 'ON'; isSignedIn: boolean }) {
  person = await newMotoPool(moto, { mfa });
  await person.run(['user', 'add', 'mario', '--password-stdin'], { input: TEMPORARY });
  if (!isSignedIn) return;
  await person.run(['user', 'passwd', 'mario', '--password-stdin'], { input: PASSWORD });
  await person.run(['login', 'mario', '--password-stdin'], { input: PASSWORD });
}

async function status(): Promise<unknown> {
  return JSON.parse((await person.run(['mfa', 'status', '--json'])).stdout);
}

const errorCode = (stderr: string) => (JSON.parse(stderr) as { error: { code: string } }).error.code;

const OFF = { profile: 'local', pool: 'customers', user: 'mario', factors: [], preferred: null };
const ON = { ...OFF, factors: ['totp'], preferred: 'totp' };
const ISSUER = `${product.name}%20customers%20local`;
const addressOf = (secret: string) => `otpauth://totp/${ISSUER}:mario?secret=${secret}&issuer=${ISSUER}`;

describeWithMoto('a second factor', () => {
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  describeWithTerminal('at a terminal', () => {
    test('an app scans the QR code, its code is typed, and from then on a code is needed to sign in', async () => {
      await newUser({ mfa: 'OPTIONAL', isSignedIn: true });
      const screen = await runOnTerminal(person, SET_UP, [typeCode]);
      expect(screen).toMatch(/mario signs in with a code of the authenticator app[^]*exit=0/);
      const secret = secretOn(screen);
      expect(scanQrCode(screen)).toBe(addressOf(secret));
      expect(await status()).toEqual(ON);
      const typeAppCode = { after: 'Code of the authenticator app', type: () => `${totp(secret)}\r` };
      expect(await runOnTerminal(person, LOGIN, [typePassword, typeAppCode])).toMatch(/Signed in mario[^]*exit=0/);
    });

    test('the first sign-in to a pool that requires one sets it up on the way', async () => {
      await newUser({ mfa: 'ON', isSignedIn: false });
      const screen = await runOnTerminal(person, LOGIN, [
        { after: 'Password of mario', type: `${TEMPORARY}\r` },
        { after: 'New password', type: `${PASSWORD}\r` },
        { after: 'Repeat it', type: `${PASSWORD}\r` },
        typeCode,
      ]);
      expect(scanQrCode(screen)).toBe(addressOf(secretOn(screen)));
      expect(screen).toMatch(/Pool customers requires a second factor[^]*Signed in mario[^]*exit=0/);
    });

    test('a wrong code is asked for again, and the third one ends the command', async () => {
      await newUser({ mfa: 'OPTIONAL', isSignedIn: true });
      const refused = await runOnTerminal(person, SET_UP, [typeWrongCode, again(typeWrongCode), again(typeWrongCode)]);
      expect(refused).toMatch(/refused the code[^]*type the one[^]*Error:[^]*refused the code[^]*mfa set up[^]*exit=4/);
      expect(await status()).toEqual(OFF);
      expect(await runOnTerminal(person, SET_UP, [typeWrongCode, again(typeCode)])).toMatch(
        /signs in with a code[^]*exit=0/,
      );
    });

    test('what is no code is not sent', async () => {
      const typeWord = { after: PROMPT, type: '12345\r' };
      const giveUp = { after: 'It has 6 to 8 digits', type: '\u0003' };
      expect(await runOnTerminal(person, SET_UP, [typeWord, giveUp])).toContain('exit=130');
    });

    test('a terminal too narrow for the QR code gets the address as text', async () => {
      const screen = await runOnTerminal(person, SET_UP, [{ after: PROMPT, type: '\u0003' }], 40);
      expect(screen).not.toContain('█');
      expect(screen).toMatch(/otpauth:\/\/totp\/\S+\?secret=\w+&issuer=/);
    });

    test('--quiet and --json show the QR code as well, since its code is asked for', async () => {
      const screen = await runOnTerminal(person, '"$NODE" "$BIN" mfa set up -q --json', [typeCode]);
      expect(scanQrCode(screen)).toBe(addressOf(secretOn(screen)));
    });
  });

  describe('without a terminal', () => {
    beforeEach(() => newUser({ mfa: 'OPTIONAL', isSignedIn: true }));

    test('setting up says which two steps do it, and prints no secret', async () => {
      const answer = await person.run(['mfa', 'set', 'up']);
      expect(answer).toMatchObject({ code: 5, stdout: '' });
      expect(answer.stderr).toContain(`${COMMAND} mfa set up --show-secret, then ${COMMAND} mfa set up --code-stdin`);
      expect(answer.stderr).not.toContain('otpauth:');
    });

    test('--show-secret prints the secret to stdout alone, --code-stdin verifies a code, and sign-in takes one', async () => {
      const shown = await person.run(['mfa', 'set', 'up', '--show-secret', '--json', '-v']);
      const { secret, ...others } = JSON.parse(shown.stdout) as { secret: string };
      expect(others).toEqual({ profile: 'local', pool: 'customers', user: 'mario', address: addressOf(secret) });
      expect(shown.stderr).toContain('AssociateSoftwareToken: ok');
      expect(shown.stderr).not.toContain(secret);
      expect(await status()).toEqual(OFF);

      const code = totp(secret);
      const grouped = `${code.slice(0, 3)} ${code.slice(3)}`;
      const verified = await person.run(['mfa', 'set', 'up', '--code-stdin', '--json'], { input: grouped });
      expect(JSON.parse(verified.stdout)).toEqual(ON);

      const flags = ['--password-stdin', '--code-stdin'];
      const signIn = (input: string) => person.run(['login', 'mario', ...flags, '--json'], { input });
      expect(await signIn(`${PASSWORD}\n${totp(secret)}\n`)).toMatchObject({ code: 0 });
      const wrong = await signIn(`${PASSWORD}\n${totp(secret, 1000)}\n`);
      expect([wrong.code, errorCode(wrong.stderr)]).toEqual([4, 'code_refused']);
      const malformed = await signIn(`${PASSWORD}\nabcdef\n`);
      expect([malformed.code, errorCode(malformed.stderr)]).toEqual([5, 'code_malformed']);
      const without = await person.run(['login', 'mario', '--password-stdin'], { input: PASSWORD });
      expect(without).toMatchObject({ code: 5, stderr: expect.stringContaining('--password-stdin --code-stdin') });
    });

    test('a wrong code changes nothing', async () => {
      const { stdout } = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
      const { secret } = JSON.parse(stdout) as { secret: string };
      const input = totp(secret, 1000);
      const answer = await person.run(['mfa', 'set', 'up', '--code-stdin', '--json'], { input });
      expect([answer.code, errorCode(answer.stderr)]).toEqual([4, 'code_refused']);
      expect(await status()).toEqual(OFF);
    });

    test('off turns it off, and then has nothing to do', async () => {
      const { stdout } = await person.run(['mfa', 'set', 'up', '--show-secret', '--json']);
      const { secret } = JSON.parse(stdout) as { secret: string };
      await person.run(['mfa', 'set', 'up', '--code-stdin'], { input: totp(secret) });
      expect((await person.run(['mfa', 'status'])).stdout).toMatch(
        /factors +totp \(authenticator app\)\npreferred +totp/,
      );
      expect(await person.run(['mfa', 'off'])).toMatchObject({ code: 0, stderr: expect.stringContaining('without') });
      expect(await status()).toEqual(OFF);
      expect(await person.run(['mfa', 'off'])).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing') });
      expect(await person.run(['login', 'mario', '--password-stdin'], { input: PASSWORD })).toMatchObject({ code: 0 });
    });
  });

  test('a pool that requires one lets nobody in for the first time without a terminal', async () => {
    await newUser({ mfa: 'ON', isSignedIn: false });
    const flags = ['--password-stdin', '--new-password-stdin', '--json'];
    const answer = await person.run(['login', 'mario', ...flags], { input: `${TEMPORARY}\n${PASSWORD}\n` });
    expect([answer.code, errorCode(answer.stderr)]).toEqual([5, 'mfa_set_up_needed']);
  });
});
