import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../local/emulator.js';
import { codeFor } from '../local/outbox/outbox.js';
import { scanQrCode } from './authenticator-app.js';
import { COMMAND, PASSWORD, type Person } from './environment.js';
import { startRetriedEmulator } from './emulator-pool.js';
import { describeWithTerminal, runOnTerminal } from './pseudo-terminal.js';
import {
  APPS,
  EMAILS,
  LOGIN,
  NO_FACTOR,
  TEMPORARY,
  TOTP,
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

describe('login with an app', () => {
  let secret: string;
  beforeAll(async () => {
    ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'OPTIONAL', ...APPS } }));
    secret = await setUpApp(person, app);
  });

  test('takes the code from stdin, after the password', async () => {
    expect(await login(person, ['--code-stdin'], [PASSWORD, app.code(secret)])).toMatchObject({ code: 0 });
  });

  test('a code that was used, a wrong one and what is no code are refused', async () => {
    const used = await login(person, ['--code-stdin'], [PASSWORD, app.code(secret)]);
    expect(refusal(used)).toEqual([4, 'code_refused']);
    expect(used.stderr).toContain('next code');
    app.waitForNextCode();
    expect(refusal(await login(person, ['--code-stdin'], [PASSWORD, app.wrongCode(secret)]))).toEqual([
      4,
      'code_refused',
    ]);
    expect(refusal(await login(person, ['--code-stdin'], [PASSWORD, 'abcdef']))).toEqual([5, 'code_malformed']);
  });

  test('without a code and a terminal it says how to give one', async () => {
    const answer = await login(person, [], [PASSWORD]);
    expect(refusal(answer)).toEqual([5, 'input_needed']);
    expect(answer.stderr).toContain('--password-stdin --code-stdin');
  });

  test('doctor says that the password is right and a code is needed', async () => {
    const flags = ['--user', 'mario', '--password-stdin', '--pool', 'customers'];
    const { stdout } = await person.run(['doctor', ...flags], { input: PASSWORD });
    expect(stdout).toMatch(/password of mario is right[^]*SOFTWARE_TOKEN_MFA/);
  });

  describeWithTerminal('at a terminal', () => {
    test('a sign-in that waits too long for the code has to start again', async () => {
      const typeLate = {
        after: SIGN_IN_PROMPT,
        type: () => {
          emulator.pass({ minutes: 4 });
          return `${app.code(secret)}\r`;
        },
      };
      const screen = await runOnTerminal(person, LOGIN, [typePassword, typeLate]);
      expect(screen).toMatch(/waits no longer[^]*Start again:[^]* login mario[^]*exit=3/);
    });
  });
});

describe('login to a pool that requires a second factor', () => {
  test('sets none up without a terminal', async () => {
    ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'ON', ...APPS }, isNew: true }));
    const answer = await login(person, ['--new-password-stdin'], [TEMPORARY, PASSWORD]);
    expect(refusal(answer)).toEqual([5, 'mfa_set_up_needed']);
    expect(answer.stderr).toContain(`${COMMAND} login mario`);
  });

  describeWithTerminal('at a terminal', () => {
    const changePassword = [
      { after: 'Password of mario', type: `${TEMPORARY}\r` },
      { after: 'New password', type: `${PASSWORD}\r` },
      { after: 'Repeat it', type: `${PASSWORD}\r` },
    ];

    test('sets up an app on the way, and turning it off changes nothing', async () => {
      ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'ON', ...APPS }, isNew: true }));
      const screen = await runOnTerminal(person, LOGIN, [...changePassword, app.typeWrongCode, again(app.typeCode)]);
      const secret = secretOn(screen);
      expect(scanQrCode(screen)).toBe(addressOf(secret));
      expect(screen).toMatch(/Pool customers requires a second factor[^]*Signed in mario[^]*exit=0/);
      expect(await status(person)).toEqual(TOTP);
      await person.run(['mfa', 'off']);
      expect(refusal(await login(person, [], [PASSWORD]))).toEqual([5, 'input_needed']);
    });

    test('sets up an e-mail address where the pool takes no apps', async () => {
      ({ person } = await newUser(emulator, { mfa: { MfaConfiguration: 'ON', ...EMAILS }, isNew: true }));
      const screen = await runOnTerminal(person, LOGIN, [
        ...changePassword,
        { after: 'E-mail address', type: 'mario@example.com\r' },
        { after: 'Code by e-mail', type: async () => `${await codeFor(emulator.dir, 'mario@example.com')}\r` },
      ]);
      expect(screen).toMatch(/Signed in mario[^]*exit=0/);
    });
  });
});

describe('login with several factors', () => {
  let secret: string;
  beforeAll(async () => {
    const mfa = { MfaConfiguration: 'OPTIONAL' as const, ...APPS, ...EMAILS };
    ({ person, userPoolId } = await newUser(emulator, { mfa, email: 'mario@example.com' }));
    secret = await setUpApp(person, app);
    await emulator.sdk.adminSetUserMFAPreference({
      UserPoolId: userPoolId,
      Username: 'mario',
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
      EmailMfaSettings: { Enabled: true, PreferredMfa: false },
    });
  });

  test('takes the one that --factor names', async () => {
    expect(await status(person)).toEqual({ ...NO_FACTOR, factors: ['totp', 'email'] });
    const flags = ['--code-stdin', '--factor', 'totp'];
    expect(await login(person, flags, [PASSWORD, app.code(secret)])).toMatchObject({ code: 0 });
  });

  test('refuses one that the user does not have', async () => {
    const answer = await login(person, ['--factor', 'sms'], [PASSWORD]);
    expect(refusal(answer)).toEqual([2, 'factor_unavailable']);
    expect(answer.stderr).toContain('totp, email');
  });

  test('without a terminal it says how to name one', async () => {
    const answer = await login(person, [], [PASSWORD]);
    expect(refusal(answer)).toEqual([5, 'input_needed']);
    expect(answer.stderr).toContain('--factor totp');
  });

  describeWithTerminal('at a terminal', () => {
    test('asks which one, and for the code that was sent', async () => {
      const screen = await runOnTerminal(person, LOGIN, [
        typePassword,
        { after: 'Second factor (totp, email)', type: 'email\r' },
        {
          after: 'Code by e-mail to m***@e***',
          type: async () => `${await codeFor(emulator.dir, 'mario@example.com')}\r`,
        },
      ]);
      expect(screen).toMatch(/Signed in mario[^]*exit=0/);
    });
  });
});
