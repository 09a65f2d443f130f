import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';

export const table = defineTable({ indexes: ['loansByBook'] });
