import { describe, expect, test } from '@jest/globals';
import { readPayload } from '../../../app/platform/lambda/payload.js';

const call = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET' } },
};

const MEMBERS = `an object with the members ${Object.keys(call).join(', ')}`;

describe('an event that is no request in payload format 2.0 is refused, and its kind is named', () => {
  test.each([
    ['null', null],
    ['a string', 'secret'],
    ['a number', 1],
    ['a list', []],
    ['an empty object', {}],
    ['an object with the members ping', { ping: 'secret' }],
    ['a request in payload format 1.0', { version: '1.0', httpMethod: 'GET', headers: {}, requestContext: {} }],
    ['a request of an Application Load Balancer', { httpMethod: 'GET', requestContext: { elb: {} } }],
    ['a message of a WebSocket API', { requestContext: { connectionId: 'x' } }],
    ['records of aws:sqs', { Records: [{ eventSource: 'aws:sqs', body: 'secret' }] }],
    ['records of aws:sns', { Records: [{ EventSource: 'aws:sns' }] }],
    ['an event of aws.events', { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event' }],
    ['an object with the members source', { source: 'secret' }],
    ['an object with the members source, detail-type', { source: 1, 'detail-type': 'secret' }],
    ['an object with the members version, rawPath', { version: '2.0', rawPath: '/' }],
    ['an object with the members Records', { Records: [] }],
    ['an object with the members Records', { Records: 'secret' }],
    ...['version', 'rawPath', 'headers', 'requestContext'].map((name): [string, unknown] => {
      const { [name]: _missing, ...others } = call as Record<string, unknown>;
      return [`an object with the members ${Object.keys(others).join(', ')}`, others];
    }),
    [MEMBERS, { ...call, version: '1.0' }],
    [MEMBERS, { ...call, rawPath: 1 }],
    [MEMBERS, { ...call, headers: 'secret' }],
    [MEMBERS, { ...call, requestContext: { http: { method: 1 } } }],
  ])('%s', (what, event) => {
    const message = `This function serves an HTTP API with payload format 2.0, but was invoked with ${what}.`;
    expect(() => readPayload(event)).toThrow(expect.objectContaining({ name: 'UnsupportedEvent', message }));
  });

  test('with no more than twelve members, and no value', () => {
    const event = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`member${index}`, 'secret']));
    expect(() => readPayload(event)).toThrow(/members member0, .*member11\.$/);
    expect(() => readPayload(event)).not.toThrow(/secret/);
  });
});

describe('a decoded path is encoded again, an encoded one stays', () => {
  test.each([
    ['/items/a b', '/items/a%20b'],
    ['/items/λ 世界', '/items/%CE%BB%20%E4%B8%96%E7%95%8C'],
    ['/items/a?b', '/items/a%3Fb'],
    ['/items/a#b', '/items/a%23b'],
    ['/items/100%', '/items/100%25'],
    ['/items/100%2', '/items/100%252'],
    ['/items/100%zz', '/items/100%25zz'],
    ['/items/a%20b', '/items/a%20b'],
    ['/items/%C3%A9%c3%a9', '/items/%C3%A9%c3%a9'],
    ['/items/a%2fb', '/items/a%2fb'],
    ['/items/a+b;c=d,e&f:g@h', '/items/a+b;c=d,e&f:g@h'],
    ['//health', '//health'],
  ])('%s', (rawPath, encoded) => {
    expect(readPayload({ ...call, rawPath }).rawPath).toBe(encoded);
  });
});
