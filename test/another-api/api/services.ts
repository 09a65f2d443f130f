import type { Table } from '../../../app/platform/dynamodb/table.js';
import { routesFor } from '../../../app/platform/http/route.js';
import { createLoanStore, type LoanStore } from './loans/store.js';
import type { ApiSettings } from './settings.js';

export interface Services {
  readonly settings: ApiSettings;
  readonly loans: LoanStore;
}

export function createServices({ settings, table }: { settings: ApiSettings; table: Table<'loansByBook'> }): Services {
  return { settings, loans: createLoanStore(table) };
}

export const { route, resourceRoute } = routesFor<Services>();
