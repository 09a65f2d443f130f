// `node first-answer.mjs BUNDLE`, the event in EVENT: says when the first answer is there, and what CPU time it took.
const { handler } = await import(process.argv[2] ?? '');
const { statusCode } = await handler(JSON.parse(process.env['EVENT'] ?? ''), {
  getRemainingTimeInMillis: () => 10_000,
});
const { user, system } = process.cpuUsage();
process.stdout.write(`answered ${statusCode} ${user + system}\n`, () => process.exit());
