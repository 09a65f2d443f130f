export interface Session {
  eventId: string;
  originJti: string;
  sub: string;
  clientId: string;
  refreshHash: string;
  /** Refresh tokens that rotation replaced, the newest last, and until when each is accepted all the same. */
  rotated?: { hash: string; until: number }[];
  /** What the successor of a refresh token is derived with, so that a retry receives the same. */
  rotationSecret?: string;
  authTimeSeconds: number;
  /** The last refresh. */
  activeAt?: number;
  /** Opened while the pool tracked sessions. */
  tracked?: boolean;
  /** What an authorization code was issued for; absent for a sign-in by the API. */
  scopes?: string[];
  /** The audience that the authorization request asked for. */
  resource?: string;
  refreshUntil: number;
  /** When the last of its tokens has expired and the session can be removed. */
  forgetAt: number;
  revoked: boolean;
}

/** RFC 6749 section 4.1: what a code was issued for. */
export interface AuthorizationCode {
  sub: string;
  clientId: string;
  redirectUri: string;
  /** RFC 7636, S256; absent where the request had none. */
  challenge?: string;
  nonce?: string;
  scopes: string[];
  resource?: string;
  authTimeSeconds: number;
  expiresAt: number;
  /** The event_id of the session that it was exchanged for. */
  usedBy?: string;
}

/** Who is signed in to managed login in a browser. */
export interface BrowserSession {
  sub: string;
  authTimeSeconds: number;
  expiresAt: number;
}

export type ChallengeName =
  | 'CUSTOM_CHALLENGE'
  | 'EMAIL_OTP'
  | 'MFA_SETUP'
  | 'NEW_PASSWORD_REQUIRED'
  | 'PASSWORD'
  | 'PASSWORD_SRP'
  | 'PASSWORD_VERIFIER'
  | 'SELECT_CHALLENGE'
  | 'SELECT_MFA_TYPE'
  | 'SIGN_UP'
  | 'SIGNED_UP'
  | 'SOFTWARE_TOKEN_MFA';

export interface Challenge {
  /** Empty where a challenge of the first factor was opened for a name that nobody has. */
  sub: string;
  /** Absent in files of the previous version, whose challenges were all NEW_PASSWORD_REQUIRED. */
  name?: ChallengeName;
  /** PASSWORD_VERIFIER: the client's and the server's number, hexadecimal, and the name that was typed. */
  exchange?: { A: string; b: string; typed: string };
  /** EMAIL_OTP: the hash of the code, the address that it was sent to, and whether MFA_SETUP sets that up. */
  codeHash?: string;
  email?: string;
  setsUpEmail?: boolean;
  /** MFA_SETUP: VerifySoftwareToken has succeeded. */
  tokenVerified?: boolean;
  /** CUSTOM_AUTH, whose triggers decide what is next. */
  custom?: CustomSignIn;
  clientId: string;
  expiresAt: number;
}

/** A challenge of CUSTOM_AUTH that was answered, as its triggers see it. */
export interface ChallengeResult {
  challengeName: 'CUSTOM_CHALLENGE' | 'PASSWORD_VERIFIER' | 'SRP_A';
  challengeResult: boolean;
  challengeMetadata?: string;
}

/** A sign-in by CUSTOM_AUTH: the name that was typed, the answered challenges, and of the open one what its trigger made. */
export interface CustomSignIn {
  typed: string;
  answered: ChallengeResult[];
  privateParameters?: Record<string, string>;
  metadata?: string;
}
