import * as z from 'zod/mini';

const book = z.string('must be text').check(z.regex(/^[\w -]{1,100}$/, 'must be the name of a book'));
const days = z.int('must be a whole number').check(z.gte(1, 'must be 1 or more'));

export const newLoan = z.strictObject({ book, days }, 'must be an object').check(z.meta({ id: 'NewLoan' }));

export const loanChange = z.strictObject({ days }, 'must be an object').check(z.meta({ id: 'LoanChange' }));

export const loan = z
  .strictObject({ id: z.uuidv7(), book, days, lentAt: z.iso.datetime() })
  .check(z.meta({ id: 'Loan' }));

export const loans = z.strictObject({ items: z.array(loan) }).check(z.meta({ id: 'Loans' }));

export const loanPath = z.object({ id: z.uuidv7() });

export const bookQuery = z.strictObject({ book });

export type NewLoan = z.output<typeof newLoan>;
export type LoanChange = z.output<typeof loanChange>;
export type Loan = z.output<typeof loan>;
