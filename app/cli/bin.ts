#!/usr/bin/env node
import { answerFromKept } from './session/token-fast-path.js';

const argv = process.argv.slice(2);
const place = {
  env: process.env,
  platform: process.platform,
  cwd: process.cwd(),
  uid: process.geteuid?.(),
  now: Date.now,
};

async function runProgram() {
  // A notice about Node's age is for whoever installs, not for every command.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { main } = await import('./main.js');
  process.exitCode = await main(argv, { ...place, stdin: process.stdin, stderr: process.stderr });
}

if (!answerFromKept(argv, place)) void runProgram();
