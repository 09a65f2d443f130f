import { invalidParameter, notSupportedHere } from '../errors.js';
import { oneOf } from '../input/members.js';
import { required } from '../input/shape.js';
import { passwordFlow, refreshFlow, type Flow } from './sign-in.js';
import type { Client } from '../state/state.js';

/** What runs a flow, which client settings permit it, and what AWS says where they don't. */
interface FlowRule {
  run: Flow;
  allowedBy: readonly string[];
  refusal: string;
}

type FlowTable = Readonly<Partial<Record<string, FlowRule>>>;

const REFUSAL = 'Auth flow not enabled for this client';

const refresh: FlowRule = {
  run: refreshFlow,
  allowedBy: ['ALLOW_REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
  refusal: REFUSAL,
};
const adminPassword: FlowRule = {
  run: passwordFlow,
  allowedBy: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
  refusal: REFUSAL,
};
const userPassword: FlowRule = {
  run: passwordFlow,
  allowedBy: ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'],
  refusal: 'USER_PASSWORD_AUTH flow not enabled for this client',
};

/** The flows of InitiateAuth and of AdminInitiateAuth. */
export const appFlows: FlowTable = {
  USER_PASSWORD_AUTH: userPassword,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};
export const adminFlows: FlowTable = {
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  ADMIN_NO_SRP_AUTH: adminPassword,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

const NOT_HERE = ['USER_SRP_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'] as const;

export const authFlow = required(
  oneOf(
    'USER_PASSWORD_AUTH',
    'ADMIN_USER_PASSWORD_AUTH',
    'ADMIN_NO_SRP_AUTH',
    'REFRESH_TOKEN_AUTH',
    'REFRESH_TOKEN',
    ...NOT_HERE,
  ),
);

/** The flow of that name; throws InvalidParameterException where the operation or the client doesn't have it. */
export function flowOf(table: FlowTable, name: string, client: Client): Flow {
  if (NOT_HERE.some((flow) => flow === name)) throw notSupportedHere(`AuthFlow ${name}`);
  const rule = table[name];
  if (!rule) throw invalidParameter('Initiate Auth method not supported.');
  if (!rule.allowedBy.some((setting) => client.flows.includes(setting))) throw invalidParameter(rule.refusal);
  return rule.run;
}

/** Whether the client may refresh at all. */
export const mayRefresh = (client: Client) => refresh.allowedBy.some((setting) => client.flows.includes(setting));
