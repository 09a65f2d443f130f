/** The policy of a role that says who may assume it with a token of GitHub's. */
export interface TrustPolicy {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Principal: { readonly Federated?: string };
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }[];
}

const ISSUER = 'token.actions.githubusercontent.com';

const list = <T>(value: T | readonly T[]) => [value].flat() as T[];

/** How operators compare a claim with a value of the policy; those that aren't here throw. */
const OPERATORS: Readonly<Record<string, (claim: string, value: string) => boolean>> = {
  StringEquals: (claim, value) => claim === value,
  StringEqualsIgnoreCase: (claim, value) => claim.toLowerCase() === value.toLowerCase(),
  StringLike: (claim, value) =>
    new RegExp(
      `^${value
        .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(claim),
};

/**
 * Whether a role may be assumed with a token that holds these claims: all conditions of a statement are met, each by one of
 * its values (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html).
 */
export function isAdmitted({ Statement }: TrustPolicy, claims: Readonly<Record<string, string>>): boolean {
  const matching = Statement.filter(
    ({ Action, Principal, Condition = {} }) =>
      list(Action).includes('sts:AssumeRoleWithWebIdentity') &&
      Principal.Federated?.endsWith(`:oidc-provider/${ISSUER}`) === true &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) => isMet(operator, claims[key.replace(`${ISSUER}:`, '')], values)),
      ),
  );
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

function isMet(operator: string, claim: string | undefined, values: string | readonly string[]): boolean {
  const compare = OPERATORS[operator];
  if (!compare) throw new Error(`The operator ${operator} is not known here`);
  return claim !== undefined && list(values).some((value) => compare(claim, value));
}
