import { areMet, list, type Conditions } from '../harness/iam-policy.js';

/** The policy of a role that says who may assume it with a token of GitHub's. */
export interface TrustPolicy {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Principal: { readonly Federated?: string };
    readonly Condition?: Conditions;
  }[];
}

const ISSUER = 'token.actions.githubusercontent.com';

/** Whether a role may be assumed with a token that holds these claims. */
export function isAdmitted({ Statement }: TrustPolicy, claims: Readonly<Record<string, string>>): boolean {
  const context = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${ISSUER}:${name}`, value]));
  const matching = Statement.filter(
    ({ Action, Principal, Condition = {} }) =>
      list(Action).includes('sts:AssumeRoleWithWebIdentity') &&
      Principal.Federated?.endsWith(`:oidc-provider/${ISSUER}`) === true &&
      areMet(Condition, context),
  );
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}
