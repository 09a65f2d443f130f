#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { printStoredToken } from './session/token-fast-path.js';

const argv = process.argv.slice(2);
const runtime = {
  env: process.env,
  platform: process.platform,
  cwd: process.cwd(),
  uid: process.geteuid?.(),
  now: Date.now,
  write: writeSync,
};

async function runProgram() {
  // The SDK's notice about Node's age is for those who install Node, not for every command.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  // Loaded here, as it loads node:net.
  const { isatty } = await import('node:tty');
  const { main } = await import('./main.js');
  const { stdin, stderr } = process;
  process.exitCode = await main(argv, { ...runtime, stdin, stderr, stdoutIsTerminal: isatty(1) });
}

if (!printStoredToken(argv, runtime)) void runProgram();
