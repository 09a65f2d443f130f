import { createConfig, lint } from '@redocly/openapi-core';

// Jest can't load ES modules that ask for import.meta, hence a process of its own: prints what Redocly finds, as JSON.
const config = await createConfig({
  extends: ['recommended-strict'],
  // What takes nothing in, such as a health check, refuses nothing.
  rules: { 'operation-4xx-response': 'off' },
});
const problems = await lint({ ref: process.argv[2] ?? '', config });
const found = problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }));
process.stdout.write(JSON.stringify(found));
