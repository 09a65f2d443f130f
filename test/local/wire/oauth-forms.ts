import { PASSWORD, type App, type Emulator } from '../emulator.js';

/** Requests to the OAuth endpoints, and tokens to send there. */
export function oauthForms(emulator: Emulator) {
  async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(`${emulator.endpoint()}${path}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    return { status: response.status, headers: response.headers, text, body };
  }

  /** Signs in through a client without a secret. */
  async function signIn({ ClientId }: App, USERNAME: string) {
    const { AuthenticationResult } = await emulator.sdk.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    });
    const { AccessToken: accessToken = '', RefreshToken: refreshToken = '' } = AuthenticationResult ?? {};
    return { accessToken, refreshToken };
  }

  return { post, signIn };
}
