import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto';
import type { InitiateAuthCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { PASSWORD, type App } from '../emulator.js';

const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`);

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let bit = exponent, square = base % N; bit > 0n; bit >>= 1n, square = (square * square) % N)
    if (bit & 1n) result = (result * square) % N;
  return result;
}

const even = (hex: string) => (hex.length % 2 === 0 ? hex : `0${hex}`);
const bytes = (number: bigint) => {
  const hex = even(number.toString(16));
  return Buffer.from(hex >= '8' ? `00${hex}` : hex, 'hex');
};
const integer = (buffer: Buffer) => BigInt(`0x${buffer.toString('hex')}`);
const sha256 = (...parts: (Buffer | string)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** `Thu Nov 5 09:07:03 UTC 2026`. */
export function timestampOf(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().split(/,? /u);
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

/** The client's side of one sign-in, written from RFC 5054 for the tests, without code of the emulator. */
export class SrpClient {
  readonly #a = integer(randomBytes(32));
  readonly A = power(2n, this.#a);

  static readonly N = N;
  static readonly scramble = (A: bigint, B: bigint) => integer(sha256(bytes(A), bytes(B)));

  /** The responses to PASSWORD_VERIFIER. */
  responses(
    UserPoolId: string,
    parameters: Record<string, string> = {},
    { password = PASSWORD, at = Date.now(), timestamp = timestampOf(at) } = {},
  ): Record<string, string> {
    const { SALT = '', SRP_B = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = parameters;
    const poolName = UserPoolId.split('_')[1] ?? '';
    const B = BigInt(`0x${SRP_B}`);
    const k = integer(sha256(bytes(N), bytes(2n)));
    const u = SrpClient.scramble(this.A, B);
    const identity = sha256(`${poolName}${USER_ID_FOR_SRP}:${password}`);
    const x = integer(sha256(bytes(BigInt(`0x${SALT}`)), identity));
    const S = power((((B - k * power(2n, x)) % N) + N) % N, this.#a + u * x);
    return {
      USERNAME: USER_ID_FOR_SRP,
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      TIMESTAMP: timestamp,
      PASSWORD_CLAIM_SIGNATURE: signature(S, u, `${poolName}${USER_ID_FOR_SRP}`, SECRET_BLOCK, timestamp),
    };
  }
}

/** The claim of one who has that shared secret. */
export function signature(S: bigint, u: bigint, identity: string, secretBlock: string, timestamp: string): string {
  const key = Buffer.from(hkdfSync('sha256', bytes(S), bytes(u), 'Caldera Derived Key', 16));
  const claim = createHmac('sha256', key).update(identity).update(Buffer.from(secretBlock, 'base64'));
  return claim.update(timestamp).digest('base64');
}

/** A client without a secret. */
type PublicApp = Pick<App, 'sdk' | 'UserPoolId' | 'ClientId'>;

export const startSrp = (
  { sdk, ClientId }: PublicApp,
  USERNAME: string,
  SRP_A: string,
): Promise<InitiateAuthCommandOutput> =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME, SRP_A } });

export const proveSrp = ({ sdk, ClientId }: PublicApp, ChallengeResponses: Record<string, string>) =>
  sdk.respondToAuthChallenge({ ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses });

/** A whole sign-in. */
export async function signInBySrp(app: PublicApp, username: string, { password = PASSWORD, at = Date.now() } = {}) {
  const client = new SrpClient();
  const { ChallengeParameters } = await startSrp(app, username, client.A.toString(16));
  return proveSrp(app, client.responses(app.UserPoolId, ChallengeParameters, { password, at }));
}

/** Opens a sign-in; resolves to the client's side and the challenge's parameters. */
export async function openSrp(app: PublicApp, username: string) {
  const client = new SrpClient();
  const { ChallengeParameters: parameters = {} } = await startSrp(app, username, client.A.toString(16));
  return { client, parameters };
}
