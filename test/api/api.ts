import { access } from '../../app/api/access.js';
import { product } from '../../app/api/product.js';
import { routes } from '../../app/api/routes.js';
import { createServices } from '../../app/api/services.js';
import { settings } from '../../app/api/settings.js';
import { table } from '../../app/api/table.js';
import { startApiUnderTest } from '../harness/api-under-test.js';

/** The product's API in this process; `env` sets its settings. */
export const startApi = (env?: NodeJS.ProcessEnv) =>
  startApiUnderTest({ product, access, routes, settings, table, createServices }, env);
