import pino from 'pino';
import { startCognito } from '../../app/local/cognito/server.js';
import { fastCrypto } from './fast-crypto.js';

// The emulator as a separate process that a test can kill. Argument: the directory. Output: the endpoint.
const [, , dir = ''] = process.argv;
const log = pino({ level: 'silent' });
const { endpoint } = await startCognito({ dir, port: 0, region: 'us-east-1', log, ...fastCrypto() });
process.stdout.write(`${endpoint}\n`);
