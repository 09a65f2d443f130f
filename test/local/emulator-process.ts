import pino from 'pino';
import { startCognito } from '../../app/local/cognito/server.js';

// The emulator as a separate process that a test can kill. Argument: the directory. Output: the endpoint.
const [, , dir = ''] = process.argv;
const { endpoint } = await startCognito({ dir, port: 0, region: 'us-east-1', log: pino({ level: 'silent' }) });
process.stdout.write(`${endpoint}\n`);
