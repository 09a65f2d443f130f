import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const COUNT = 8;

/** Makes RSA keys once a run, since each takes 0.1 s and more: `createSigningKey` hands them out, in each test file anew. */
export default async function makeSigningKeys() {
  const make = async () => {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return privateKey.export({ type: 'pkcs8', format: 'pem' });
  };
  process.env['TEST_SIGNING_KEYS'] ??= JSON.stringify(await Promise.all(Array.from({ length: COUNT }, make)));
}
