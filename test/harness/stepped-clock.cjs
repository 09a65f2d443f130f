// `node --require stepped-clock.cjs`: SIGUSR2 sets the clock that the process sees an hour forwards, SIGHUP an hour back.
const HOUR_MS = 3_600_000;
const { now } = Date;
let stepMs = 0;
Date.now = () => now() + stepMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, input, newTarget) =>
    Reflect.construct(target, input.length > 0 ? input : [target.now()], newTarget),
  apply: (target) => new target(target.now()).toString(),
});
const step = (/** @type {number} */ byMs) => () => {
  stepMs += byMs;
  process.stderr.write(`The clock is set to ${new Date().toISOString()}\n`);
};
process.on('SIGUSR2', step(HOUR_MS)).on('SIGHUP', step(-HOUR_MS));
