import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';
import { environmentFor } from '../lambda/environment.js';
import { carriedBy, publicJwk, startIssuer } from '../harness/issuer.js';
import { OLD } from './options.js';

export interface Candidates {
  /** Name -> bundle. The first is the one that the others are measured against. */
  readonly bundles: ReadonlyMap<string, string>;
  /** What each is started with: the pool, and a guarded call as EVENT. */
  readonly environment: Readonly<Record<string, string>>;
  /** COGNITO_KEYS, as a deployment sets it once its pools are there. */
  readonly carriedKeys: string;
  readonly remove: () => Promise<void>;
}

/** An event of payload format 2.0, a guarded call. */
export const guardedCall = (token: string) => ({
  version: '2.0',
  routeKey: 'GET /',
  rawPath: '/',
  rawQueryString: '',
  headers: { accept: '*/*', authorization: `Bearer ${token}`, host: 'api.example', 'user-agent': 'curl/8' },
  requestContext: { http: { method: 'GET', path: '/', sourceIp: '203.0.113.1' }, requestId: 'ATfSmjLgPHcESJw=' },
  isBase64Encoded: false,
});

/** The bundle of the product and its peers, bundled the same way, all ready to answer one guarded call. */
export async function createCandidates(): Promise<Candidates> {
  const customers = await startIssuer();
  const jwks = JSON.stringify({ keys: customers.published.map(publicJwk) });
  customers.answer = (_request, response) => response.end(jwks);
  const directory = await mkdtemp(path.resolve('dist/peers-'));
  const bundle = async (peer: string, plugins = LAMBDA_BUNDLE.plugins ?? []) => {
    const outdir = path.join(directory, `${peer}-${plugins.length}`);
    await build({
      ...LAMBDA_BUNDLE,
      plugins,
      sourcemap: false,
      entryPoints: { index: `test/bench/peers/${peer}.js` },
      outdir,
    });
    return path.join(outdir, 'index.mjs');
  };
  return {
    bundles: new Map([
      ['bare Express and adapter', await bundle('bare', [])],
      ['this project', path.resolve('dist/lambda/index.mjs')],
      ...(OLD ? [['this project, before', path.resolve(OLD.directory, 'dist/lambda/index.mjs')] as const] : []),
      ['documented passport-jwt, jwks-rsa, helmet, pino', await bundle('documented', [])],
      ['bare Express and adapter, as lean', await bundle('bare')],
      ['Node alone', await bundle('nothing', [])],
    ]),
    environment: {
      ...OLD?.environment,
      ...environmentFor([customers]),
      EVENT: JSON.stringify(guardedCall(customers.accessToken())),
    },
    carriedKeys: carriedBy(customers),
    async remove() {
      await customers.close();
      await rm(directory, { recursive: true });
    },
  };
}
