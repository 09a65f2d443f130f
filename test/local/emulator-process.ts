import pino from 'pino';
import { startCognito } from '../../app/local/cognito/server.js';

// The stand-in as a process of its own, to be killed: directory as its argument, endpoint on its standard output.
const [, , dir = ''] = process.argv;
const { endpoint } = await startCognito({ dir, port: 0, region: 'us-east-1', log: pino({ level: 'silent' }) });
process.stdout.write(`${endpoint}\n`);
