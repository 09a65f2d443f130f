import { defineTrigger } from '../../platform/triggers/trigger.js';
import { customers } from '../access.js';

/** Puts the customer's loyalty level into both tokens: Cognito puts the attribute into ID tokens alone, and not everyone has it. */
export default defineTrigger(customers, 'preTokenGenerationV2', (event) => {
  const claimsToAddOrOverride = { loyalty: event.request.userAttributes['custom:loyalty'] ?? 'bronze' };
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride },
    accessTokenGeneration: { claimsToAddOrOverride },
  };
  return event;
});
