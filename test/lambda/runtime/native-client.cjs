'use strict';

const { Agent, request } = require('node:http');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');

/** @type {(path: string, body: string, headers?: Record<string, string>) => void} */
function post(path, body, headers = {}) {
  request({ agent, host, port, method: 'POST', path: `/2018-06-01/runtime/invocation/${path}`, headers }, (response) =>
    response.resume(),
  )
    .on('error', (error) => process.stderr.write(`The Runtime API can't be reached: ${error.message}\n`))
    .end(body);
}

/** What the runtime client uses of its native addon: two functions that POST the outcome of an invocation. */
module.exports = {
  /** @type {(id: string, body: string) => void} */
  done: (id, body) => post(`${id}/response`, body),
  /** @type {(id: string, body: string, cause: string) => void} */
  error: (id, body, cause) => post(`${id}/error`, body, { 'lambda-runtime-function-xray-error-cause': cause }),
};
