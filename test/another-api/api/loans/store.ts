import { v7 as uuidv7 } from 'uuid';
import { createOnce } from '../../../../app/platform/dynamodb/idempotency.js';
import type { Item, Table } from '../../../../app/platform/dynamodb/table.js';
import type { Loan, LoanChange, NewLoan } from './schema.js';

export interface Reader {
  readonly pool: string;
  readonly subject: string;
}

export interface StoredLoan {
  readonly loan: Loan;
  readonly version: number;
  readonly reader: Reader;
}

export interface LoanStore {
  lend(
    lending: { input: NewLoan; reader: Reader; idempotencyKey: string | undefined },
    deadlineMs: number,
  ): Promise<StoredLoan>;
  find(id: string, deadlineMs: number): Promise<StoredLoan | undefined>;
  ofBook(book: string, deadlineMs: number): Promise<readonly StoredLoan[]>;
  change(stored: StoredLoan, change: LoanChange, deadlineMs: number): Promise<StoredLoan>;
  end(stored: StoredLoan, deadlineMs: number): Promise<void>;
}

const keyOf = (id: string) => ({ pk: `loan ${id}`, sk: 'loan' });

function itemOf({ loan, version, reader }: StoredLoan): Item {
  return { ...keyOf(loan.id), version, reader, loan, loansByBookPk: loan.book, loansByBookSk: loan.id };
}

function storedOf(item: Item): StoredLoan {
  const { loan, version, reader } = item as Item & StoredLoan;
  return { loan, version, reader };
}

export function createLoanStore(table: Table<'loansByBook'>): LoanStore {
  return {
    async lend({ input, reader: { pool, subject }, idempotencyKey }, deadlineMs) {
      const loan = { id: uuidv7(), ...input, lentAt: new Date().toISOString() };
      const caller = { pool, subject };
      const item = itemOf({ loan, version: 1, reader: caller });
      return storedOf(await createOnce(table, { kind: 'loan', item, input, caller, idempotencyKey }, deadlineMs));
    },
    async find(id, deadlineMs) {
      const item = await table.get(keyOf(id), deadlineMs);
      return item && storedOf(item);
    },
    async ofBook(book, deadlineMs) {
      const { items } = await table.page({ index: 'loansByBook', hash: book, limit: 100 }, deadlineMs);
      return items.map(storedOf);
    },
    async change(stored, { days }, deadlineMs) {
      const item = itemOf({ ...stored, loan: { ...stored.loan, days } });
      return storedOf(await table.replace(item, stored.version, deadlineMs));
    },
    end: ({ loan, version }, deadlineMs) => table.remove(keyOf(loan.id), version, deadlineMs),
  };
}
