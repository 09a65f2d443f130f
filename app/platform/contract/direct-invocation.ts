/** `requestContext.apiId` of events that the command makes. API Gateway writes an API's own id there, which has no hyphen, and no caller of an API can choose it. */
export const DIRECT_INVOCATION = 'direct-invocation';
