/** What a call asks for: an action on a resource, and what conditions may look at. */
export interface Permission {
  readonly action: string;
  /** An ARN, or `*` where AWS knows no resource of the action. */
  readonly resource: string;
  readonly context: Context;
}

/** A key that has several values has a list; one that the call doesn't have is absent. */
export type Context = Readonly<Record<string, string | readonly string[]>>;
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export const list = <T>(value: T | readonly T[]) => [value].flat() as T[];

/**
 * Whether a value matches a pattern with `*` for any text and `?` for any character; `${*}`, `${?}` and `${$}` are the
 * characters themselves (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 */
export function isLike(value: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/\$\{(?<literal>[*?$])\}|[*?]|[.+^${}()|[\]\\]/g, (token, literal?: string) => {
    if (literal !== undefined) return `\\${literal}`;
    return { '*': '.*', '?': '.' }[token] ?? `\\${token}`;
  });
  return new RegExp(`^${expression}$`, 's').test(value);
}

/** How operators compare a value of the call with one of the policy; those that aren't here throw. */
const OPERATORS: Readonly<Record<string, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringEqualsIgnoreCase: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
  StringLike: isLike,
};

const SET_OPERATOR = /^(?<set>ForAllValues|ForAnyValue):/;

/** Whether the values of one key meet an operator: one of what is expected, or for `Null` whether there are none. */
function isMet(operator: string, values: readonly string[], expected: readonly string[]): boolean {
  if (operator === 'Null') return expected.includes(String(values.length === 0));
  const set = SET_OPERATOR.exec(operator)?.groups?.['set'];
  const compare = OPERATORS[operator.replace(SET_OPERATOR, '')];
  if (!compare) throw new Error(`The operator ${operator} is not known here`);
  const isExpected = (value: string) => expected.some((each) => compare(value, each));
  // Of no value at all, all are as expected.
  if (set === 'ForAllValues') return values.every(isExpected);
  return values.some(isExpected);
}

/**
 * Whether all conditions are met, each by one of its values
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html).
 */
export function areMet(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => isMet(operator, list(context[key] ?? []), list(expected))),
  );
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
