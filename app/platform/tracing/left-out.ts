/** In the place of `otlp.ts` in a Lambda build without TRACING=on. */
export const createTracer = undefined;
