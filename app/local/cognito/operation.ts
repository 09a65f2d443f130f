import type { Context } from './context.js';
import { readInput } from './input/read-input.js';
import type { Input, Shape } from './input/shape.js';

/** One operation of the API: reads the request by its shape, then runs. */
export interface Operation<Result extends object = object> {
  /** Whether it may change the state, which is then on disk before the answer is sent. */
  writes: boolean;
  call(context: Context, body: unknown): Promise<Result>;
}

type Run<S extends Shape, R> = (context: Context, input: Input<S>) => R | Promise<R>;

const operation =
  (writes: boolean) =>
  <S extends Shape, R extends object>(shape: S, run: Run<S, R>): Operation<R> => ({
    writes,
    call: async (context, body) => run(context, readInput(shape, body)),
  });

export const reads = operation(false);
export const writes = operation(true);
