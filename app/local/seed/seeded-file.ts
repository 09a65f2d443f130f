import * as z from 'zod/mini';
import { StartError } from '../../platform/config/start-error.js';
import { readIfPresent, writeDurably } from '../durable-file.js';

const names = z.array(z.string());

const seededPool = z.strictObject({
  userPoolId: z.string(),
  /** The client that people sign in through. */
  clientId: z.string(),
  /** The client without a secret; absent in files of an earlier version. */
  publicClientId: z.optional(z.string()),
  /** Of the client without a secret; absent in files of an earlier version. */
  managedLogin: z.optional(
    z.strictObject({
      callbackUrls: names,
      logoutUrls: names,
      scopes: z.optional(names),
      rotationGraceSeconds: z.optional(z.number()),
    }),
  ),
  /** Of the clients that people sign in through; absent in a pool without attributes of its own. */
  attributePermissions: z.optional(z.strictObject({ readAttributes: names, writeAttributes: names })),
  groups: names,
  /** In full, `RESOURCE_SERVER/NAME`. */
  scopes: names,
  machines: z.array(z.strictObject({ name: z.string(), clientId: z.string(), scopes: names })),
  users: z.array(z.strictObject({ username: z.string(), groups: names })),
});

/** The first version of the file: pools by name, and nothing but ids. */
const poolIds = z.strictObject({
  userPoolId: z.string(),
  clientId: z.string(),
  machineClientId: z.optional(z.string()),
});
const fileV1 = z.record(z.string(), poolIds);
const fileV2 = z.strictObject({ version: z.literal(2), pools: z.record(z.string(), seededPool) });

/** What was seeded into a pool. It is not seeded again, so that what a person deletes or changes stays so. */
export type SeededPool = z.infer<typeof seededPool>;
/** A pool that this version has seeded. */
export type CompletePool = SeededPool & { publicClientId: string };
export type PoolIds = z.infer<typeof poolIds>;

/** Pools by name; of those in a file of the first version only the ids are known. Throws StartError for a damaged file. */
export async function readSeeded(path: string): Promise<ReadonlyMap<string, SeededPool | PoolIds>> {
  const text = await readIfPresent(path);
  if (text === undefined) return new Map();
  const content = parseJson(text);
  const current = fileV2.safeParse(content);
  if (current.success) return new Map(Object.entries(current.data.pools));
  const first = fileV1.safeParse(content);
  if (first.success) return new Map(Object.entries(first.data));
  throw new StartError(
    `${path} is damaged, or was written by a later version; it was left as it is. Restore it from a copy, or move it ` +
      'away: existing pools and users are kept, and declared users that you deleted are created again.',
  );
}

/** Replaces the file, mode 0600. */
export async function writeSeeded(path: string, pools: ReadonlyMap<string, SeededPool>): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ version: 2, pools: Object.fromEntries(pools) }, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
