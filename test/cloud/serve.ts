import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import process from 'node:process';
import { startEmulator, type Emulator } from '../harness/emulated-aws.js';
import { createHttpApi } from '../lambda/gateway/http-api.js';
import { startLoopbackServer } from '../lambda/loopback-server.js';
import { readDeployed } from './deployed.js';
import { startInvokableAws, type InvokableAws } from './invokable.js';
import { settingsOf } from './running.js';

/** What is deployed is looked up this often: an apply changes it in between. */
const LOOKED_UP_MS = 1000;

/** `make emulated-aws`: an AWS on this machine, in memory, whose functions run, until it is interrupted. */
export async function serve(): Promise<void> {
  const emulator = await startEmulator();
  const aws = await startInvokableAws(emulator);
  const api = await startLoopbackServer(deployedApi(emulator, aws));
  const variables = Object.entries(aws.environment).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(
    [
      'AWS runs on this machine, empty, until Ctrl-C. In another terminal:',
      '',
      `  export ${variables.join(' ')}`,
      '  make deploy APPROVE=yes',
      '',
      `The API that is deployed there: ${api.url}`,
      '',
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.all([api.close(), aws.stop()]);
  await emulator.stop();
}

/** The only HTTP API that is deployed, its routes and authorizers as they are now. */
export function deployedApi(emulator: Emulator, aws: InvokableAws): RequestListener {
  let current: { id: string; listener: RequestListener; until: number } | undefined;

  async function lookUp(): Promise<RequestListener> {
    if (current && Date.now() < current.until) return current.listener;
    const deployed = await readDeployed(emulator);
    const id = JSON.stringify(deployed);
    const settings = settingsOf(deployed, emulator, ({ name, alias }, event) => aws.invoke(name, alias, event));
    const listener = current?.id === id ? current.listener : createHttpApi(settings);
    current = { id, listener, until: Date.now() + LOOKED_UP_MS };
    return listener;
  }

  return (request, response) => {
    lookUp().then(
      (listener) => listener(request, response),
      (error: unknown) => response.writeHead(503).end(`${error instanceof Error ? error.message : String(error)}\n`),
    );
  };
}
