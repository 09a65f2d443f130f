// `node first-answer.mjs BUNDLE`, the event in EVENT: says when the first answer is there, and what CPU time it took. An
// authorizer's answer has no status.
const { handler } = await import(process.argv[2] ?? '');
const { isAuthorized, statusCode = isAuthorized ? 200 : 403 } = await handler(JSON.parse(process.env['EVENT'] ?? ''), {
  getRemainingTimeInMillis: () => 10_000,
});
const { user, system } = process.cpuUsage();
process.stdout.write(`answered ${statusCode} ${user + system}\n`, () => process.exit());
