import { guards } from './guards.mjs';

// `node --expose-gc memory.mjs`, parts and tokens as a message: the bytes that the guard keeps once it has seen them all.
process.on('message', async (/** @type {any} */ { parts, tokens }) => {
  const guard = await guards['this project'](parts);
  const pass = (/** @type {string} */ token) => {
    const value = Buffer.from(`Bearer ${token}`).toString('latin1');
    return guard({ headers: { authorization: value }, rawHeaders: [] }, {}, () => undefined);
  };
  // What is compiled and allocated once counts for nothing: a first token goes ahead.
  await pass(tokens[0]);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (const token of tokens) await pass(token);
  globalThis.gc?.();
  process.send?.({ bytes: process.memoryUsage().heapUsed - before });
});
process.on('disconnect', () => process.exit());
