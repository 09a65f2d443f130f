import { access } from '../../app/api/access.js';
import { product } from '../../app/api/product.js';
import type { ManagedLogin } from '../../app/platform/contract/managed-login.js';

/** The origin that these tfvars let call, beside the pages that managed login returns to. */
export const ORIGIN = 'https://shop.example.com';

/** The managed login of the first pool in these tfvars; other pools have the declared one, or none. */
export const MANAGED_LOGIN: ManagedLogin = {
  callbackUrls: ['https://app.example.com/back', 'http://localhost:5173/', 'com.example.app:/back'],
  logoutUrls: ['https://app.example.com/'],
  scopes: ['openid', 'email'],
  rotationGraceSeconds: 30,
};

export const [POOL_WITH_MANAGED_LOGIN = ''] = Object.keys(access.document);

/** The policies that limit the roles of functions, as infra/bootstrap names them: of deployments, and of previews. */
export const PERMISSIONS_BOUNDARY = `arn:aws:iam::123456789012:policy/${product.name}-boundary`;
export const PREVIEW_BOUNDARY = `arn:aws:iam::123456789012:policy/${product.name}-preview-boundary`;

/** Options of `startCloud` that make all that infra/ can. */
export const EVERYTHING = {
  tfvars: 'dev',
  overrides: {
    access_authorizer: true,
    api: { cors: { origins: [ORIGIN] } },
    function: { log_level: 'info' },
    pools: {
      [POOL_WITH_MANAGED_LOGIN]: {
        managed_login: {
          callback_urls: MANAGED_LOGIN.callbackUrls,
          logout_urls: MANAGED_LOGIN.logoutUrls,
          scopes: MANAGED_LOGIN.scopes,
          rotation_grace_seconds: MANAGED_LOGIN.rotationGraceSeconds,
        },
      },
    },
    permissions_boundary: PERMISSIONS_BOUNDARY,
    revocation_events: true,
    tenant_isolation: 'role_only',
    secrets_manager: true,
    // moto has no PutQueryDefinition.
    monitoring: { emails: ['ops@example.com'], saved_queries: false },
  },
};
