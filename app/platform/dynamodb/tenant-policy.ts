/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, Policy */
export const MAX_POLICY_CHARS = 2_048;

/**
 * `*` and `?` stand for themselves as IAM's variables `${*}` and `${?}`, and a `$` that could begin a variable as `${$}`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html, special characters).
 */
const literal = (text: string) => text.replaceAll(/[*?$]/g, (character) => `\${${character}}`);

/** STS takes characters up to U+00FF alone: JSON can write all others as escapes. */
const inAscii = (json: string) =>
  json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * The session policy, as JSON, that allows the actions on items whose hash key begins with the prefix, in the table and its
 * indexes; which table, the role's own policy says. Undefined where it is longer than STS takes. A call without hash keys,
 * such as Scan, meets ForAllValues: Null refuses it.
 */
export function sessionPolicy(prefix: string, actions: readonly string[]): string | undefined {
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: actions,
        Resource: '*',
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': `${literal(prefix)}*` },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
    ],
  };
  const policy = inAscii(JSON.stringify(document));
  return policy.length > MAX_POLICY_CHARS ? undefined : policy;
}
