import type { Context } from './context.js';
import { readInput, type Input, type Shape } from './input/shape.js';
import type { StateFile } from './state/state-file.js';

/** One operation of the API: reads the request by its shape, then runs. */
export interface Operation<Result extends object = object> {
  /** Whether it may change the state, which is then on disk before the response is sent. */
  writes: boolean;
  call(context: Context, body: unknown): Promise<Result>;
}

interface ForTriggers {
  ClientMetadata?: ReadonlyMap<string, string>;
  ValidationData?: readonly { Name: string; Value?: string }[];
}

/** What a request hands to the pool's triggers. */
const triggerData = ({ ClientMetadata, ValidationData }: ForTriggers) => ({
  clientMetadata: ClientMetadata && Object.fromEntries(ClientMetadata),
  validationData: ValidationData && Object.fromEntries(ValidationData.map(({ Name, Value = '' }) => [Name, Value])),
});

type Handler<S extends Shape, R> = (context: Context, input: Input<S>) => R | Promise<R>;

const operation =
  (writes: boolean) =>
  <S extends Shape, R extends object>(shape: S, handle: Handler<S, R>): Operation<R> => ({
    writes,
    call: async (context, body) => {
      const input = readInput(shape, body);
      return handle({ ...context, ...triggerData(input) }, input);
    },
  });

export const reads = operation(false);
export const writes = operation(true);

/** Runs an operation. What it changed, what it saw, and what it sent is on disk once this returns or throws. */
export type Run = <Result extends object>(operation: Operation<Result>, input: unknown) => Promise<Result>;

/** Runs operations on one state, in memory and in its file. */
export function createRun(context: Context, file: StateFile): Run {
  return async (operation, input) => {
    try {
      return await operation.call(context, input);
    } finally {
      await Promise.all([operation.writes ? file.save() : file.settled(), context.outbox.settled()]);
    }
  };
}
