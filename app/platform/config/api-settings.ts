/** An API's own setting in `dist/deployment.json`. */
export interface SettingDocument {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'enum' | 'boolean';
  readonly description: string;
  /** As it would stand in the environment; null where the setting is required in Lambda. */
  readonly default: string | null;
}
