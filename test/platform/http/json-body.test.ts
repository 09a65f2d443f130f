import { expect, test } from '@jest/globals';
import express from 'express';
import pino from 'pino';
import request from 'supertest';
import { handleErrors } from '../../../app/platform/http/errors.js';
import { readJson } from '../../../app/platform/http/json-body.js';

const app = express()
  .post('/', (req, res) => readJson(req, res).then((read) => void res.json({ read })))
  .use(handleErrors({ log: pino({ level: 'silent' }), realm: 'test' }));

const send = (body: string | Buffer, type: string, headers: Record<string, string> = {}) =>
  request(app)
    .post('/')
    .set({ 'Content-Type': type, ...headers })
    .serialize((sent: unknown) => sent as string)
    .send(body);

test.each([
  'application/json',
  'Application/JSON',
  'application/json ; charset=utf-8',
  'application/json;charset=UTF8',
  'application/json; charset="utf-8"',
  'application/json; profile=x; charset=utf-8',
  'application/json; profile=x',
])('a body of type %s is read', async (type) => {
  expect((await send('{"a":[1,"ü"]}', type)).body).toEqual({ read: { a: [1, 'ü'] } });
});

test.each(['null', '1', '"text"', '[]', ' {} '])('any JSON value is read: %s', async (text) => {
  expect((await send(text, 'application/json')).body).toEqual({ read: JSON.parse(text) });
});

const NOT_JSON_TYPE = 'Send the body as JSON in UTF-8, with Content-Type: application/json.';
const UNSUPPORTED = 'media_type_unsupported';

test.each<[string, string | Buffer, string, number, string, string]>([
  ['of no type', '{}', '', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['of another type', '{}', 'text/plain', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['of a type that JSON begins', '{}', 'application/jsonx', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['in another charset', '{}', 'application/json; charset=utf-16', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['in a charset that ends like UTF-8', '{}', 'application/json; charset=xutf-8', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['in a charset called charset', '{}', 'application/json; charset=charset=utf-8', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['in a charset that begins like UTF-8', '{}', 'application/json; charset=utf-80', 415, UNSUPPORTED, NOT_JSON_TYPE],
  ['that is empty', '', 'application/json', 400, 'body_malformed', 'There is no body: send JSON.'],
  ['that is not JSON', '{', 'application/json', 400, 'body_malformed', 'The body is not valid JSON.'],
  [
    'that is not UTF-8',
    Buffer.from('"\xff"', 'latin1'),
    'application/json',
    400,
    'body_malformed',
    'The body is not valid UTF-8.',
  ],
  [
    'above 100 kB',
    `"${'x'.repeat(102_400)}"`,
    'application/json',
    413,
    'body_too_large',
    'The body is larger than 100 kB.',
  ],
])('a body %s is refused', async (_name, body, type, status, code, detail) => {
  const answer = await send(body, type);
  expect([answer.status, answer.body.code, answer.body.detail]).toEqual([status, code, detail]);
});

test('a compressed body is refused by its encoding', async () => {
  const answer = await send('{}', 'application/json', { 'Content-Encoding': 'gzip' });
  expect([answer.status, answer.body.detail]).toEqual([
    415,
    'The body has a Content-Encoding that this API does not read.',
  ]);
});
