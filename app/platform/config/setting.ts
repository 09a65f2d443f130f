/** What a Terraform plan can refuse before the app does: anything but whole numbers of a range, or some values. */
export interface AcceptedValues {
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

/** A setting as it stands in documents: `dist/deployment.json` and the README's table. */
export interface SettingDocument {
  /** The environment variable. */
  readonly name: string;
  readonly description: string;
  /** As it would stand in the environment; null where the setting has no default and must be set. */
  readonly default: string | null;
  /** Absent where the app alone checks values. */
  readonly accepts?: AcceptedValues | undefined;
}

/** A setting read from one environment variable. */
export interface Setting<Value> {
  readonly description: string;
  readonly default: string | null;
  readonly accepts?: AcceptedValues;
  /** Throws an Error whose message completes "NAME ...". */
  readonly parse: (text: string) => Value;
}

/** Settings by the name of their environment variable. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

export type SettingValues<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer Value> ? Value : never;
};

interface Common {
  readonly description: string;
}

/** Without a default, the setting must be set. */
type Defaulted<Value> = Common & { readonly default?: Value };

function defaultOf(value: number | string | boolean | undefined) {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === undefined ? null : String(value);
}

/** A whole number from `min` to `max`. */
export function integer(options: Defaulted<number> & { readonly min: number; readonly max: number }): Setting<number> {
  const { description, min, max } = options;
  return {
    description,
    default: defaultOf(options.default),
    accepts: { min, max },
    parse: (text) => {
      if (/^-?\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
      throw new Error(`must be a whole number from ${min} to ${max}`);
    },
  };
}

/** One of the values. */
export function oneOf<const Value extends string>(values: readonly Value[], options: Defaulted<Value>): Setting<Value> {
  return {
    description: options.description,
    default: defaultOf(options.default),
    accepts: { values },
    parse: (text) => {
      const value = values.find((each) => each === text);
      if (value === undefined) throw new Error(`must be one of ${values.join(', ')}`);
      return value;
    },
  };
}

/** `on` or `off`. */
export function onOff(options: Defaulted<boolean>): Setting<boolean> {
  return {
    description: options.description,
    default: defaultOf(options.default),
    accepts: { values: ['on', 'off'] },
    parse: (text) => {
      if (text === 'on' || text === 'off') return text === 'on';
      throw new Error('must be "on" or "off"');
    },
  };
}

/** Text that `pattern` matches whole; `form` says in words what that is, such as "an https:// URL". */
export function text(
  options: Defaulted<string> & { readonly pattern?: RegExp; readonly form?: string },
): Setting<string> {
  const { description, pattern = /^/, form = 'text' } = options;
  return {
    description,
    default: defaultOf(options.default),
    parse: (value) => {
      if (pattern.test(value)) return value;
      throw new Error(`must be ${form}`);
    },
  };
}

/** Declares an API's own settings: each is checked at start, typed for the services, and passed on by Terraform. */
export function defineSettings<const S extends Settings>(settings: S): S {
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name))
      throw new Error(`Setting ${name}: use capital letters, digits and underscores.`);
    if (setting.default !== null) readSetting(name, setting, setting.default);
  }
  return settings;
}

/** Throws an Error that names the variable and what was wrong with it. */
export function readSetting<Value>(name: string, { parse }: Setting<Value>, value: string): Value {
  try {
    return parse(value);
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}, but is ${JSON.stringify(value)}.`, { cause: error });
  }
}

export function settingDocuments(settings: Settings): SettingDocument[] {
  return Object.entries(settings).map(([name, setting]) => ({
    name,
    description: setting.description,
    default: setting.default,
    accepts: setting.accepts,
  }));
}
