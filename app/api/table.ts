import { defineTable } from '../platform/dynamodb/table-definition.js';
import { orderIndexes } from './orders/store.js';

/** The API's one table. The local DynamoDB, Terraform and the function's permissions follow. */
export const table = defineTable({ indexes: [...orderIndexes] });
