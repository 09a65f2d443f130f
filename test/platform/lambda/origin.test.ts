import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { DIRECT_INVOCATION } from '../../../app/platform/contract/direct-invocation.js';
import { createOriginCheck, ORIGIN_HEADER } from '../../../app/platform/lambda/origin.js';
import { EVENT, lambdaOf } from './invocations.js';

const OLD = '3f0c1e5a-old';
const CURRENT = '9b7d2a44-current';
const NEXT = '5e8f6c10-next';

const digestOf = (value: string) => createHash('sha256').update(value).digest('hex');

/** A function that accepts these values; its handler tells everything that it got. */
function lambdaBehindCloudFront(...values: string[]) {
  const lambda = lambdaOf(
    ({ headers, rawHeaders, headersDistinct, invocation }, response) => {
      response.json({ headers, rawHeaders, headersDistinct, event: invocation?.event });
    },
    undefined,
    { origin: createOriginCheck(values.map(digestOf)) },
  );
  const call = async (headers: Record<string, string>, requestContext = {}) => {
    const response = await lambda.invoke({
      headers: { ...EVENT.headers, ...headers },
      requestContext: { ...EVENT.requestContext, ...requestContext },
    });
    return { response, status: response.statusCode, text: JSON.stringify([response, lambda.lines()]) };
  };
  return { call, lines: () => lambda.lines() };
}

describe('behind CloudFront, a request', () => {
  test('with the header reaches its handler without it, in no form, and neither does the log', async () => {
    const { call } = lambdaBehindCloudFront(CURRENT, NEXT);
    const { status, text, response } = await call({ [ORIGIN_HEADER]: CURRENT, accept: 'x/y' });
    expect(status).toBe(200);
    expect(JSON.parse(response.body ?? '')).toMatchObject({ headers: { accept: 'x/y', host: 'api.example' } });
    expect(text).not.toContain(CURRENT);
    expect(text).not.toContain(ORIGIN_HEADER);
  });

  test('may have either value while the header is rotated', async () => {
    const { call } = lambdaBehindCloudFront(CURRENT, NEXT);
    expect((await call({ [ORIGIN_HEADER]: CURRENT })).status).toBe(200);
    expect((await call({ [ORIGIN_HEADER]: NEXT })).status).toBe(200);
  });

  test.each([
    ['no header', {}],
    ['an empty one', { [ORIGIN_HEADER]: '' }],
    ['a wrong value', { [ORIGIN_HEADER]: 'a guess' }],
    ['a value that is no longer accepted', { [ORIGIN_HEADER]: OLD }],
    ['two headers, one of them right: API Gateway joins them', { [ORIGIN_HEADER]: `${CURRENT},a guess` }],
    ['the right value twice', { [ORIGIN_HEADER]: `${CURRENT},${CURRENT}` }],
    ['a digest, which the environment shows', { [ORIGIN_HEADER]: digestOf(CURRENT) }],
    ['the right value under another name', { 'x-origin': CURRENT }],
  ])('with %s is refused before its path is looked at, and the log has why', async (_what, headers) => {
    const { call, lines } = lambdaBehindCloudFront(CURRENT, NEXT);
    const { response } = await call(headers);
    expect(response).toMatchObject({
      statusCode: 403,
      headers: {
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': EVENT.requestContext.requestId,
      },
    });
    expect(JSON.parse(response.body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'origin_not_allowed',
      detail: 'This is not the public address of the API: call it there.',
      instance: EVENT.requestContext.requestId,
    });
    expect(lines()).toEqual([expect.objectContaining({ status: 403, code: 'origin_not_allowed' })]);
    expect(lines()[0]).not.toHaveProperty('route');
    expect(JSON.stringify(lines())).not.toContain(CURRENT);
  });

  test('of a path that there is not is refused the same way', async () => {
    const lambda = lambdaOf((_request, response) => void response.end(), undefined, {
      origin: createOriginCheck([digestOf(CURRENT)]),
    });
    expect(await lambda.invoke({ rawPath: '/nowhere' })).toMatchObject({ statusCode: 403 });
    expect(await lambda.invoke({ rawPath: '/nowhere', headers: { [ORIGIN_HEADER]: CURRENT } })).toMatchObject({
      statusCode: 404,
    });
  });

  test('that is a direct invocation needs no header, and no caller of an API can pass for one', async () => {
    const { call } = lambdaBehindCloudFront(CURRENT);
    expect((await call({}, { apiId: DIRECT_INVOCATION })).status).toBe(200);
    const claims = { host: DIRECT_INVOCATION, 'x-amzn-apigateway-api-id': DIRECT_INVOCATION, apiId: DIRECT_INVOCATION };
    expect((await call(claims, { domainName: DIRECT_INVOCATION, domainPrefix: DIRECT_INVOCATION })).status).toBe(403);
    expect((await call({}, { apiId: `${DIRECT_INVOCATION} ` })).status).toBe(403);
  });
});

test('without CloudFront, nothing is checked', async () => {
  const lambda = lambdaOf((_request, response) => void response.end());
  expect(await lambda.invoke()).toMatchObject({ statusCode: 200 });
});
