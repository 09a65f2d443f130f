import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { readIfPresent, writeDurably } from '../../durable-file.js';

/** A certificate and its private key, PEM. */
export interface Certificate {
  cert: string;
  key: string;
  /** The file with the certificate alone, which clients trust; an absolute path. */
  caFile: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
const RENEWED_DAYS_BEFORE = 30;

/**
 * The certificate for loopback and `hosts`, made on this machine and kept in `dir`: `cognito-tls.pem` with its key, and
 * `cognito-ca.pem` without, for NODE_EXTRA_CA_CERTS. It is its own issuer and no authority, so that a client
 * that trusts it trusts these names alone. It is made anew 30 days before it ends, and where `hosts` has a new name.
 */
export async function localCertificate(dir: string, hosts: readonly string[] = []): Promise<Certificate> {
  const [path, caFile] = [resolve(dir, 'cognito-tls.pem'), resolve(dir, 'cognito-ca.pem')];
  const names = [...LOOPBACK, ...hosts];
  const stored = pairIn(await readIfPresent(path));
  const pair = stored && isUsable(stored, names) ? stored : await makePair(names);
  if (pair !== stored) await writeDurably(path, `${pair.cert}\n${pair.key}`);
  if ((await readIfPresent(caFile)) !== pair.cert) await writeDurably(caFile, pair.cert);
  return { ...pair, caFile };
}

type Pair = Pick<Certificate, 'cert' | 'key'>;

function pairIn(text = ''): Pair | undefined {
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/u.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/u.exec(text)?.[0];
  return cert !== undefined && key !== undefined ? { cert, key } : undefined;
}

function isUsable({ cert, key }: Pair, names: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const covers = (name: string) =>
      (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
    return (
      Date.parse(certificate.validTo) - Date.now() > RENEWED_DAYS_BEFORE * DAY_MS &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      names.every(covers)
    );
  } catch {
    return false;
  }
}

/** The library is loaded only where a certificate is made. */
async function makePair(names: readonly string[]): Promise<Pair> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'local Cognito emulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(alternativeName) },
    ],
  });
  return { cert: withNewline(made.cert), key: withNewline(made.private) };
}

const alternativeName = (name: string) =>
  isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const);

const withNewline = (pem: string) => `${pem.replaceAll('\r', '').trimEnd()}\n`;
