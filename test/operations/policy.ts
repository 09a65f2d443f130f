/** What a call asks for: an action on a resource, and what conditions may look at. */
export interface Permission {
  readonly action: string;
  /** An ARN, or `*` where AWS knows no resource of the action. */
  readonly resource: string;
  readonly context: Context;
}

export type Context = Readonly<Record<string, string>>;
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export const list = <T>(value: T | readonly T[]) => [value].flat() as T[];

/** Whether a value matches a pattern with `*` for any text and `?` for any character. */
export function isLike(value: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(value);
}

/** How operators compare a value of the call with one of the policy; those that aren't here throw. */
const OPERATORS: Readonly<Record<string, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringEqualsIgnoreCase: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
  StringLike: isLike,
};

/**
 * Whether all conditions are met, each by one of its values
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html).
 */
export function areMet(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) => {
    const compare = OPERATORS[operator];
    if (!compare) throw new Error(`The operator ${operator} is not known here`);
    return Object.entries(keys).every(([key, expected]) => {
      const value = context[key];
      return value !== undefined && list(expected).some((each) => compare(value, each));
    });
  });
}

/** Whether a statement is about this permission. */
export function covers({ Action, Resource, Condition = {} }: Statement, permission: Permission): boolean {
  return (
    list(Action).some((pattern) => isLike(permission.action, pattern)) &&
    list(Resource).some((pattern) => isLike(permission.resource, pattern)) &&
    areMet(Condition, permission.context)
  );
}

/** Whether one of the statements allows it and none denies it. */
export function isAllowed(statements: readonly Statement[], permission: Permission): boolean {
  const about = statements.filter((statement) => covers(statement, permission));
  return about.some(({ Effect }) => Effect === 'Allow') && !about.some(({ Effect }) => Effect === 'Deny');
}
