import { assertRules } from '../auth/assert-rules.js';
import { nameRoute, revocationSeconds, type Route } from './route.js';

/** Segments of text, or of a parameter's name; what else a pattern of Express could hold, API Gateway doesn't know. */
const PATH = /^(?:\/(?:\{\w+\}|(?:[\w.~!$&'()+,;=@-]|%[\dA-F]{2})*))+$/;

/** As long as API Gateway may keep an authorizer's answer, and never 0: that would be a read for each request. */
const MAX_REVOCATION_SECONDS = 300;

function assertRevocable(route: Route) {
  const seconds = revocationSeconds(route);
  if (!Number.isInteger(seconds) || Number(seconds) < 1 || Number(seconds) > MAX_REVOCATION_SECONDS) {
    const range = `{ withinSeconds: N }, a whole number from 1 to ${MAX_REVOCATION_SECONDS}`;
    throw new Error(`revocable must be true or ${range}`);
  }
  if (route.allow === 'everyone') throw new Error('it is revocable, but everyone may call it without a token');
}

function assertTenant({ allow, tenant, express: isExpress }: Route) {
  if (tenant === undefined) return;
  if (isExpress)
    throw new Error(
      "an Express handler is made once, for all tenants: use route, or take the tenant from the caller's claims",
    );
  if (allow === 'everyone' || !allow.every(({ claims }) => claims?.some(({ name }) => name === tenant))) {
    throw new Error(`each rule of a route with a tenant asks for the claim: .claim('${tenant}')`);
  }
}

/** Throws an Error that names the route for what the compiler didn't see: a JavaScript caller, a cast. */
export function assertRoute(route: Route) {
  nameRoute(route, () => {
    if (!PATH.test(route.path)) throw new Error('the segments of its path must be plain text or {name}');
    if (route.allow !== 'everyone') assertRules(route.allow);
    if (!route.express && !route.handle) throw new Error('it has no handler');
    if (route.allow !== 'everyone' && !route.resource && route.allow.some(({ ownerOnly }) => ownerOnly)) {
      throw new Error('a rule of owner() needs a resource: use resourceRoute');
    }
    assertTenant(route);
    if (route.revocable !== undefined) assertRevocable(route);
  });
}
