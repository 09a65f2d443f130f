import { randomUUID } from 'node:crypto';
import { PASSWORD, type App, type Emulator } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';

export const newName = () => `person-${randomUUID()}`;

export const attributeList = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** Signs a new person up with an e-mail address of their own, and reads the code that was sent to it. */
export async function signUp(
  { dir }: Emulator,
  { sdk, ClientId, clientSecret, hash }: App,
  attributes: Readonly<Record<string, string>> = {},
) {
  const Username = newName();
  const email = `${Username}@example.com`;
  const response = await sdk.signUp({
    ClientId,
    ...(clientSecret !== '' && { SecretHash: hash(Username) }),
    Username,
    Password: PASSWORD,
    UserAttributes: attributeList({ email, ...attributes }),
  });
  return { Username, email, code: await codeFor(dir, email), response };
}

/** Signs a new person up and in: the confirmed user, and an access token. */
export async function signedUp(emulator: Emulator, app: App, attributes: Readonly<Record<string, string>> = {}) {
  const { Username, email, code } = await signUp(emulator, app, attributes);
  const { sdk, ClientId, clientSecret, hash } = app;
  await sdk.confirmSignUp({
    ClientId,
    ...(clientSecret !== '' && { SecretHash: hash(Username) }),
    Username,
    ConfirmationCode: code,
  });
  const { AuthenticationResult } = await app.signIn(Username);
  return { Username, email, AccessToken: AuthenticationResult?.AccessToken ?? '' };
}

/** The attributes that GetUser shows, by name. */
export async function attributesOf({ sdk }: App, AccessToken: string): Promise<Record<string, string>> {
  const { UserAttributes = [] } = await sdk.getUser({ AccessToken });
  return Object.fromEntries(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value]));
}
