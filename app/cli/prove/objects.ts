import { codeOf, parseJson, type ApiAnswer, type ApiCall } from '../calls/api-call.js';
import type { JsonSchema } from '../calls/routes.js';
import type { PoolsDocument } from '../../platform/contract/pools.js';
import type { Caller } from './caller.js';
import { admittingRules } from './expectation.js';
import { rulesOf, type ProvedRoute } from './plan.js';
import { sampleOf } from './sample-input.js';

/** Objects that have an owner, made for the run. */
export interface Objects {
  /** What a call's path names: an object, or nothing, or `missing`, why there is no object and the call proves nothing. */
  pathFor(route: ProvedRoute, caller: Caller): { readonly path?: string; readonly missing?: string };
}

/** How an object is created, again where it is repeated: the key makes it the same one. */
export interface Creation {
  /** The caller's name in Cognito, and pool. */
  readonly username: string;
  readonly pool: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
}

export interface ObjectOptions {
  readonly routes: readonly ProvedRoute[];
  readonly callers: readonly Caller[];
  readonly pools: PoolsDocument;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly send: (call: ApiCall) => Promise<ApiAnswer>;
  readonly newKey: () => string;
  /** Called before each creation. */
  readonly record: (caller: Caller, creation: Omit<Creation, 'username'>) => void;
}

interface Begun {
  readonly creation: Pick<Creation, 'path' | 'key' | 'body'>;
  readonly authorization: string;
  /** Undefined until it is answered. */
  answer?: ApiAnswer;
}

export interface MadeObjects extends Objects {
  /** Makes one object for each path that has owners, and each pool whose people may own it. */
  make(): Promise<void>;
  /** Deletes them; resolves to the paths of those that stay, since the API has no route that would. */
  remove(): Promise<string[]>;
}

export function createObjects(options: ObjectOptions): MadeObjects {
  const { routes, callers } = options;
  const begun: Begun[] = [];
  const objects = new Map<string, { path?: string; missing?: string }>();

  async function makeOwned(template: string, owner: Caller) {
    const parent = template.replace(/\/\{[^/]*\}$/, '');
    const answer = await create(parent, owner, true);
    if (typeof answer === 'string') return { missing: `No object could be made: ${answer}` };
    const location = answer.headers['location'] ?? '';
    return location.startsWith(`${parent}/`)
      ? { path: location }
      : { missing: `No object could be made: POST ${parent} answered ${answer.status} without a Location below it.` };
  }

  /** The answer of a creation that succeeded, or why it didn't. */
  async function create(path: string, caller: Caller, canRefer: boolean): Promise<ApiAnswer | string> {
    const route = routes.find((each) => each.routeKey === `POST ${path}`);
    const { authorization = '', holder } = caller;
    if (!route || typeof holder !== 'object') return `there is no POST ${path}.`;
    if (admittingRules(route, holder, options.pools).length === 0) return `POST ${path} does not admit ${caller.name}.`;
    const findId = async (name: string) => (canRefer ? idOf(`/${name}`) : undefined);
    const body = JSON.stringify(route.body ? await sampleOf(route.body, options.schemas, findId) : null);
    const key = options.newKey();
    options.record(caller, { pool: holder.pool, path, key, body });
    const creation = { path, key, body };
    const each: Begun = { creation, authorization };
    begun.push(each);
    const answer = await options.send(creationCall(creation, authorization));
    each.answer = answer;
    return answer.status === 201 ? answer : `POST ${path} answered ${answer.status} ${codeOf(answer.body) ?? ''}.`;
  }

  /** The id of the first item of a collection, which is made if there is none. */
  async function idOf(path: string): Promise<string | undefined> {
    const route = routes.find((each) => each.routeKey === `GET ${path}`);
    const reader = route && admittedTo(route);
    if (reader) {
      const answer = await options.send({
        method: 'GET',
        path,
        headers: { authorization: reader.authorization ?? '' },
      });
      const [item] = (parseJson(answer.body)['items'] ?? []) as { id?: string }[];
      if (item?.id !== undefined) return item.id;
    }
    const creating = routes.find((each) => each.routeKey === `POST ${path}`);
    const creator = creating && admittedTo(creating);
    const answer = creator && (await create(path, creator, false));
    return typeof answer === 'object' ? (parseJson(answer.body)['id'] as string | undefined) : undefined;
  }

  const admittedTo = (route: ProvedRoute) =>
    callers.find(
      ({ holder, unavailable }) =>
        typeof holder === 'object' &&
        unavailable === undefined &&
        !holder.isRevoked &&
        admittingRules(route, holder, options.pools).some(({ ownerOnly }) => !ownerOnly),
    );

  return {
    pathFor: (route, caller) => objectFor(route, caller, objects),
    async make() {
      for (const [template, pool] of ownedPaths(routes)) {
        const owner = callers.find(
          ({ holder }) => typeof holder === 'object' && holder.pool === pool && holder.isOwner,
        );
        const object = owner ? await makeOwned(template, owner) : { missing: `There is no owner of pool ${pool}.` };
        objects.set(`${template} ${pool}`, object);
      }
    },
    async remove() {
      const kept: string[] = [];
      for (const { creation, authorization, answer } of begun.splice(0).reverse()) {
        const path = await removeCreated(creation, authorization, { ...options, answer });
        if (path !== undefined) kept.push(path);
      }
      return kept;
    },
  };
}

/** The paths of routes that compare the owner, with each pool that may own. */
function ownedPaths(routes: readonly ProvedRoute[]): [string, string][] {
  const owned = routes.flatMap((route) =>
    rulesOf(route)
      .filter(({ ownerOnly }) => ownerOnly)
      .map(({ pool }): [string, [string, string]] => [`${route.path} ${pool}`, [route.path, pool]]),
  );
  return [...new Map(owned).values()];
}

function objectFor(
  route: ProvedRoute,
  { holder }: Caller,
  objects: ReadonlyMap<string, { path?: string; missing?: string }>,
) {
  const owners = rulesOf(route).filter(({ ownerOnly }) => ownerOnly);
  if (owners.length === 0) return {};
  const isOwners = typeof holder === 'object' && owners.some(({ pool }) => pool === holder.pool);
  if (isOwners) return objects.get(`${route.path} ${holder.pool}`) ?? { missing: 'There are no objects.' };
  const { path } = owners.map(({ pool }) => objects.get(`${route.path} ${pool}`)).find((each) => each?.path) ?? {};
  return path === undefined ? {} : { path };
}

/** `POST PATH` with its key: repeated, it gives the same object. */
export function creationCall({ path, key, body }: Pick<Creation, 'path' | 'key' | 'body'>, authorization: string) {
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
  return { method: 'POST', path, headers, body };
}

/**
 * Deletes what a creation made, by its answer; without one the creation is repeated, which gives the same object. Resolves
 * to the path of what stays, since no route deletes it or the API refuses to.
 */
export async function removeCreated(
  creation: Pick<Creation, 'path' | 'key' | 'body'>,
  authorization: string,
  { routes, send, answer }: Pick<ObjectOptions, 'routes' | 'send'> & { answer?: ApiAnswer | undefined },
): Promise<string | undefined> {
  const { headers, status } = answer ?? (await send(creationCall(creation, authorization)));
  const path = headers['location'];
  if (status !== 201 || path === undefined) return undefined;
  const isItem = (route: ProvedRoute) => route.path.replace(/\/\{[^/]*\}$/, '') === creation.path;
  if (!routes.some((route) => route.method === 'DELETE' && isItem(route))) return path;
  const found = await send({ method: 'GET', path, headers: { authorization } });
  const etag = found.headers['etag'];
  const deleting = { authorization, ...(etag !== undefined && { 'if-match': etag }) };
  const deleted = await send({ method: 'DELETE', path, headers: deleting });
  return deleted.status < 300 || deleted.status === 404 ? undefined : path;
}
