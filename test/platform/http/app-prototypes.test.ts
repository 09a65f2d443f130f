import { describe, expect, test } from '@jest/globals';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import express, { type Express } from 'express';
import { useAppPrototypes, appServerOptions } from '../../../app/platform/http/app-prototypes.js';
import { startLoopbackServer } from '../../lambda/loopback-server.js';

setFlagsFromString('--allow-natives-syntax');
/** Whether V8 has one hidden class for both. */
const isAlike = runInNewContext('(one, other) => %HaveSameMap(one, other)') as (one: object, other: object) => boolean;

/** The newest of each minor version of Express 5, and the app's own. */
const requireVersion = createRequire(path.resolve('test/lambda/package.json'));
const versions = ['express-5-0', 'express-5-1', 'express-5-2'].map((name) => {
  const { version } = requireVersion(`${name}/package.json`) as { version: string };
  return [version, requireVersion(name) as typeof express] as const;
});
const { version } = createRequire(path.resolve('package.json'))('express/package.json') as { version: string };

describe.each([...versions, [version, express] as const])('with Express %s', (_version, createExpress) => {
  /** The requests to `/` as the app's route saw them, and its responses. */
  async function serve(app: Express, requests: number) {
    const seen: { request: express.Request; response: express.Response }[] = [];
    app.get('/', (request, response) => {
      seen.push({ request, response });
      response.json([request.ip, request.app === app, response.app === app]);
    });
    const server = await startLoopbackServer(app, appServerOptions(app));
    const answers: unknown[] = [];
    for (let i = 0; i < requests; i += 1) answers.push(await (await fetch(server.url)).json());
    await server.close();
    return { seen, answers };
  }

  test('all that Express adds to requests and responses is there, and they have one hidden class', async () => {
    const { seen, answers } = await serve(createExpress(), 30);
    expect(answers).toEqual(answers.map(() => ['127.0.0.1', true, true]));
    const [before, last] = seen.slice(-2);
    expect(isAlike(before?.request ?? {}, last?.request ?? [])).toBe(true);
    expect(isAlike(before?.response ?? {}, last?.response ?? [])).toBe(true);
  });

  test('answers are those of a server that Express makes itself', async () => {
    const app = createExpress();
    app.get('/cookies', (_request, response) => void response.cookie('a', 'λ').vary('Accept').send('<p>λ</p>'));
    app.get('/elsewhere', (_request, response) => response.redirect('/a place'));
    app.get('/asks', (request, response) => {
      const { ip, protocol, hostname, path: asked, query, xhr } = request;
      response.json({ ip, protocol, hostname, path: asked, query, xhr, accepts: request.accepts('json') });
    });
    app.get('/throws', () => {
      throw Object.assign(new Error('no'), { status: 418, expose: true });
    });
    const [plain, own] = await Promise.all([startLoopbackServer(app), startLoopbackServer(app, appServerOptions(app))]);
    const get = async (origin: string, asked: string) => {
      const response = await fetch(origin + asked, { redirect: 'manual' });
      const { date: _date, ...headers } = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: (await response.text()).replace(/<pre>.*/, '') };
    };
    for (const asked of ['/cookies', '/elsewhere', '/asks?a=1', '/throws', '/nowhere']) {
      expect(await get(own.url, asked)).toEqual(await get(plain.url, asked));
    }
    await Promise.all([plain.close(), own.close()]);
  });

  test('what an app adds to its requests and responses is there, added before or after', async () => {
    const app = createExpress();
    Object.assign(app.request, { before: 1 });
    const options = appServerOptions(app);
    Object.assign(app.response, { after: 2 });
    app.get('/', (request, response) => {
      response.json([(request as { before?: number }).before, (response as { after?: number }).after]);
    });
    const server = await startLoopbackServer(app, options);
    expect(await (await fetch(server.url)).json()).toEqual([1, 2]);
    await server.close();
  });

  test('two apps in one process do not affect each other', async () => {
    const outcomes = await Promise.all([serve(createExpress(), 2), serve(createExpress(), 2)]);
    for (const { answers } of outcomes) expect(answers).toEqual(answers.map(() => ['127.0.0.1', true, true]));
  });

  test('an app that another one mounts is still the app of its requests', async () => {
    const [outer, inner] = [createExpress(), createExpress()];
    appServerOptions(inner);
    outer.use('/inner', inner);
    const seen: boolean[] = [];
    inner.get('/', (request, response) => {
      seen.push(request.app === inner, response.app === inner);
      response.json(null);
    });
    outer.use((request, response) => void response.json([request.app === outer, response.app === outer]));
    const server = await startLoopbackServer(outer, appServerOptions(outer));
    expect(await (await fetch(`${server.url}/inner/`)).json()).toBeNull();
    expect(await (await fetch(`${server.url}/`)).json()).toEqual([true, true]);
    expect(seen).toEqual([true, true]);
    await server.close();
  });

  test('a class that one app has taken stays its own, and another works as before', () => {
    class Request extends IncomingMessage {}
    class Response extends ServerResponse {}
    const [first, second] = [createExpress(), createExpress()];
    for (const app of [first, second]) useAppPrototypes(app, Request.prototype, Response.prototype);
    expect(first.request).toBe(Request.prototype);
    expect(first.request.app).toBe(first);
    expect(second.request).not.toBe(Request.prototype);
    expect(second.request.app).toBe(second);
  });

  test("Node's own classes are left as they are", () => {
    const names = () => [IncomingMessage, ServerResponse].map(({ prototype }) => Reflect.ownKeys(prototype));
    const before = names();
    const app = createExpress();
    const own = app.request;
    useAppPrototypes(app, IncomingMessage.prototype, ServerResponse.prototype);
    expect(names()).toEqual(before);
    expect(app.request).toBe(own);
  });

  test('what a class adds to its Node counterpart is hidden, as Express hides it', () => {
    class Response extends ServerResponse {
      override setHeader() {
        return this;
      }
    }
    class Request extends IncomingMessage {}
    const app = createExpress();
    useAppPrototypes(app, Request.prototype, Response.prototype);
    const response = new Response(new Request(null as never));
    (response as ServerResponse).setHeader('X-Kept', 'yes');
    expect(response.getHeader('X-Kept')).toBe('yes');
  });
});
