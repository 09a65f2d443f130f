import type { Table } from '../../../app/platform/dynamodb/table.js';
import { routesFor, type HandlerCall } from '../../../app/platform/http/route.js';
import type { Revocations } from '../../../app/platform/revocation/revocations.js';
import { createItemStore, type ItemStore } from './items/store.js';
import type { ApiSettings } from './settings.js';
import type { table as tableDefinition } from './table.js';

export interface Services {
  readonly settings: ApiSettings;
  readonly items: ItemStore;
  readonly revocations: Revocations;
}

export interface ServiceOptions {
  readonly settings: ApiSettings;
  readonly table: Table<(typeof tableDefinition)['indexes'][number]>;
  /** On the whole table, also for a tenant. */
  readonly revocations: Revocations;
}

export function createServices({ settings, table, revocations }: ServiceOptions): Services {
  return { settings, items: createItemStore(table), revocations };
}

export type Call<Input = object> = HandlerCall<Services, Input>;

export const { route } = routesFor<Services>();
