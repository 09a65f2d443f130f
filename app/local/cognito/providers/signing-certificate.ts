import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { writes } from '../operation.js';

const DAY_MS = 86_400_000;
const VALID_DAYS = 3652;
const RENEWED_AFTER_DAYS = 365;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-signing-encryption.html */
export const signingCertificateOperations = {
  /** A certificate that is valid for ten years, in base64 without armour; a new one each year. */
  GetSigningCertificate: writes({ UserPoolId: fields.poolId }, async (context, { UserPoolId }) => {
    const pool = poolOf(context, UserPoolId);
    const now = context.now();
    const current = pool.signingCertificate;
    if (current && now - current.createdAt < RENEWED_AFTER_DAYS * DAY_MS) return { Certificate: current.certificate };
    const certificate = await newCertificate(pool.id, now);
    pool.signingCertificate = { certificate, createdAt: now };
    return { Certificate: certificate };
  }),
};

/** The library is loaded only where a certificate is made. Its key is dropped: the emulator sends no SAML requests. */
async function newCertificate(commonName: string, now: number): Promise<string> {
  const { generate } = await import('selfsigned');
  const { cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(now),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
  });
  return cert.replaceAll(/-----[A-Z ]+-----|\s/gu, '');
}
