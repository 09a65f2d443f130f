import type { Logger } from 'pino';
import type { LocalUser } from '../../platform/contract/local-users.js';
import type { PoolDocument, PoolsDocument } from '../../platform/contract/pools.js';
import type { Product } from '../../platform/contract/product.js';
import type { Triggers } from '../../platform/triggers/trigger.js';
import type { Run } from '../cognito/operation.js';

/** Who callers are, as the API declares it. */
export interface Declaration {
  product: Product;
  pools: PoolsDocument;
  users: readonly LocalUser[];
  /** None by default. */
  triggers?: Triggers;
}

export interface SeedOptions extends Declaration {
  run: Run;
  /** Where `seeded.json` and the users' `NAME.password` files are. */
  dir: string;
  log: Logger;
  /** Where managed login returns to the docs page, besides the addresses that a pool declares. */
  docsUrls: readonly string[];
}

/** One pool that is being seeded. */
export interface Target extends SeedOptions {
  name: string;
  UserPoolId: string;
  pool: PoolDocument;
  /** What was done, in words. */
  changes: string[];
}

/** What was done to each pool, in words, by its name; nothing of a pool that stayed as it was. */
export type SeedChanges = Readonly<Record<string, readonly string[]>>;
