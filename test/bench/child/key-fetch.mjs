// `node key-fetch.mjs BUNDLE`, a guarded call in EVENT: answers calls without a token first, then the guarded one.
const { handler } = await import(process.argv[2] ?? '');
const guarded = JSON.parse(process.env['EVENT'] ?? '');
const context = { getRemainingTimeInMillis: () => 10_000 };
const health = await handler({ ...guarded, rawPath: '/health', headers: {} }, context);
const refused = await handler({ ...guarded, headers: {} }, context);
process.stdout.write(`without a token ${health.statusCode} ${refused.statusCode}\n`);
const { statusCode } = await handler(guarded, context);
process.stdout.write(`with a token ${statusCode}\n`, () => process.exit());
