import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createTable, type LocalDynamoDb } from '../../app/local/dynamodb.js';

/** moto's server emulates AWS in Python; with REQUIRE_CLOUD=1 it must be there. */
export const hasMoto =
  process.env['REQUIRE_CLOUD'] === '1' || spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;

/** A DynamoDB of moto's, on a free loopback port, with the table in it. */
export async function startMoto(): Promise<LocalDynamoDb> {
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(server, 'exit');
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, url] = /Running on (http:\S+)/.exec(output) ?? [];
      if (url) resolve(url);
    });
    server.once('error', reject).once('exit', () => reject(new Error(`moto_server ended early: ${output}`)));
  });
  const settings = {
    table: 'pizzas',
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  await createTable(settings);
  return {
    settings,
    close: async () => {
      server.kill('SIGTERM');
      await exited;
    },
  };
}
