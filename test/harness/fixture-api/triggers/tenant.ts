import { defineTrigger } from '../../../../app/platform/triggers/trigger.js';
import { customers } from '../access.js';

export default defineTrigger(customers, 'preTokenGenerationV2', (event) => {
  const { 'custom:tenant': tenant } = event.request.userAttributes;
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: tenant === undefined ? {} : { 'custom:tenant': tenant } },
  };
  return event;
});
