import { Problem } from '../http/problem.js';
import { createTable, type Table, type TableOptions } from './table.js';
import type { openTenantRole, RoleOptions } from './tenant-credentials.js';
import { prefixOf } from './tenant-table.js';

/** STS limits a session policy to 2,048 characters, and further once it is packed. */
export const tenantNotSupported = new Problem({
  status: 403,
  code: 'tenant_not_supported',
  detail: "The tenant's name in the token is too long: the API can't keep its data apart. Have it renamed.",
});

/**
 * The table as each tenant may use it by IAM: its calls are signed as the role, in a session that is limited to hash keys
 * that begin with the tenant's prefix. While STS is unavailable they throw `storeUnavailable`, as where the table is; where
 * no policy of STS can name the tenant, `tenantNotSupported`. The role is loaded with the first call for a tenant.
 */
export function tablesOfRole<Index extends string>(
  role: Omit<RoleOptions, 'actions' | 'notSupported'>,
  options: TableOptions<Index>,
): (tenant: string) => Table<Index> {
  const { actions } = options.definition.document;
  let opening: Promise<ReturnType<typeof openTenantRole>> | undefined;
  return (tenant) =>
    createTable({
      ...options,
      async connect() {
        opening ??= import('./tenant-credentials.js').then(({ openTenantRole: open }) =>
          open({ ...role, actions, notSupported: tenantNotSupported }),
        );
        return (await opening).connectionOf(tenant, prefixOf(tenant));
      },
    });
}
