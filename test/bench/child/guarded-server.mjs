import { createServer } from 'node:http';
import express from 'express';
import { guards } from './guards.mjs';

// `node guarded-server.mjs NAME [listen]`, the pool and its keys in PARTS: Express with one route behind the guard of that
// name, or none, behind the server that `npm start` runs; with `listen`, behind the one that Express makes.
const [, , name = '', serving] = process.argv;
const parts = JSON.parse(process.env['PARTS'] ?? '{}');
const guard = name in guards ? [await guards[/** @type {keyof typeof guards} */ (name)](parts)] : [];

const app = express()
  .disable('etag')
  .get('/', ...guard, (_request, response) => void response.json(['Welcome to AWS']));
/** @type {express.ErrorRequestHandler} */
const answerError = (error, _request, response, _next) =>
  void response.status(error.status ?? 500).json({ code: error.code });
app.use(answerError);

const { appServerOptions } = await import(
  new URL('../../../dist/bench/app/platform/http/app-prototypes.js', import.meta.url).href
);
const server = createServer(serving === 'listen' ? {} : appServerOptions(app), app).listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
process.on('disconnect', () => process.exit());
