import type { SettingDocument } from '../config/setting.js';
import type { TriggerDocument } from '../triggers/trigger.js';
import type { TableDocument } from '../dynamodb/table-definition.js';

/** What Terraform needs beside the gateway's routes and the pools: the content of `dist/deployment.json`. */
export interface DeploymentDocument {
  /** The product's name, which everything in AWS is named after unless tfvars say otherwise. */
  readonly name: string;
  /** The API's own settings, which Terraform passes on to the function by name. */
  readonly settings: readonly SettingDocument[];
  readonly table: TableDocument;
  /** Headers that pages may send, and those of an answer that they may read; in lower case. */
  readonly cors: { readonly allowHeaders: readonly string[]; readonly exposeHeaders: readonly string[] };
  /** Where the command's browser comes back to: addresses of managed login that are no pages. */
  readonly commandCallbackUrls: readonly string[];
  /** Functions that Cognito runs, each with its own package. */
  readonly triggers: readonly TriggerDocument[];
}
