import type { ServerProcess } from '../../harness/server-process.js';

/** The docs page at the address that a local server printed, and its key. */
export function printedPage(server: ServerProcess) {
  const [, address = '', key = ''] = /^Docs +(http\S+\/docs#key=(\S+))$/m.exec(server.output()) ?? [];
  const headers = { 'Content-Type': 'application/json', 'X-Page-Key': key };

  async function signIn(credentials: object, others: Record<string, string> = {}) {
    const body = JSON.stringify(credentials);
    const response = await fetch(`${server.url}/docs/sign-in`, {
      method: 'POST',
      headers: { ...headers, ...others },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  return {
    address,
    key,
    signIn,
    async accessToken(pool: string, username: string) {
      const { body } = await signIn({ pool, username, password: 'Passw0rd!' });
      return String(body['accessToken']);
    },
  };
}
