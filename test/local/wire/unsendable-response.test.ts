import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import pino from 'pino';
import { acceptLocal } from '../../../app/local/cognito/wire/local-requests.js';
import { createRouter, type RouterOptions } from '../../../app/local/cognito/wire/router.js';

/** A router whose operations all have that response; resolves to how it answers, twice. */
async function answersTo(response: object) {
  const run = (async () => response) as unknown as RouterOptions['run'];
  const context = {} as RouterOptions['context'];
  const log = pino({ level: 'silent' });
  const server = createServer(createRouter({ context, run, log, localRequests: acceptLocal() }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`;
  const answers = [];
  for (let time = 0; time < 2; time += 1) {
    const answer = await fetch(address, { method: 'POST' });
    answers.push({ status: answer.status, type: answer.headers.get('x-amzn-errortype'), body: await answer.json() });
  }
  server.closeAllConnections();
  server.close();
  return answers;
}

const failed = {
  status: 500,
  type: 'InternalErrorException',
  body: { __type: 'InternalErrorException', message: 'The local Cognito failed; its log says where.' },
};

test.each([
  ['a header beyond Latin-1', { status: 303, headers: { location: 'https://app.example/日本' } }],
  ['a header with a line break', { status: 303, headers: { location: 'https://app.example/\r\nset-cookie: a=b' } }],
  ['a name that is none', { status: 200, headers: { 'a b': 'c' } }],
  ['a status that is none', { status: 99, headers: {} }],
  ['a body that is no JSON', { status: 200, headers: {}, body: { amount: 1n } }],
])('a response with %s is 500, and the process goes on', async (_name, response) => {
  expect(await answersTo(response)).toStrictEqual([failed, failed]);
});
