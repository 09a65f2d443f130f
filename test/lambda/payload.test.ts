import { describe, expect, test } from '@jest/globals';
import { readPayload } from '../../app/platform/lambda/payload.js';

const call = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET' } },
};

describe('what is no call in payload format 2.0 is refused by name', () => {
  test.each([
    ['null', null],
    ['a string', 'secret'],
    ['a list', []],
    ['an empty object', {}],
    ['an object with the members ping', { ping: 'secret' }],
    ['a call in payload format 1.0', { version: '1.0', httpMethod: 'GET', headers: {}, requestContext: {} }],
    ['a call of an Application Load Balancer', { httpMethod: 'GET', requestContext: { elb: {} } }],
    ['a message of a WebSocket API', { requestContext: { connectionId: 'x' } }],
    ['records of aws:sqs', { Records: [{ eventSource: 'aws:sqs', body: 'secret' }] }],
    ['records of aws:sns', { Records: [{ EventSource: 'aws:sns' }] }],
    ['an event of aws.events', { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event' }],
    ['an object with the members version, rawPath', { version: '2.0', rawPath: '/' }],
    ['an object with the members Records', { Records: [] }],
  ])('%s', (what, event) => {
    const message = `This function answers calls of an HTTP API in payload format 2.0, but what came is ${what}.`;
    expect(() => readPayload(event)).toThrow(expect.objectContaining({ name: 'UnsupportedEvent', message }));
  });

  test('with no more than twelve members, and no value', () => {
    const event = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`member${index}`, 'secret']));
    expect(() => readPayload(event)).toThrow(/members member0, .*member11\.$/);
    expect(() => readPayload(event)).not.toThrow(/secret/);
  });
});

describe('a path that came decoded is encoded again, one that came encoded stays', () => {
  test.each([
    ['/pizzas/a b', '/pizzas/a%20b'],
    ['/pizzas/λ 世界', '/pizzas/%CE%BB%20%E4%B8%96%E7%95%8C'],
    ['/pizzas/a?b', '/pizzas/a%3Fb'],
    ['/pizzas/a#b', '/pizzas/a%23b'],
    ['/pizzas/100%', '/pizzas/100%25'],
    ['/pizzas/a%20b', '/pizzas/a%20b'],
    ['/pizzas/a%2fb', '/pizzas/a%2fb'],
    ['/pizzas/a+b;c=d,e&f:g@h', '/pizzas/a+b;c=d,e&f:g@h'],
    ['//health', '//health'],
  ])('%s', (rawPath, encoded) => {
    expect(readPayload({ ...call, rawPath }).rawPath).toBe(encoded);
  });
});
