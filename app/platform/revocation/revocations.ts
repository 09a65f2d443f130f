import type { Item, Table } from '../dynamodb/table.js';

/** The longest validity of access and ID tokens: docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html */
const MAX_TOKEN_SECONDS = 24 * 60 * 60;
const PAGE_SIZE = 100;

/** Whose tokens: a person's `sub`, or for a machine its client id. */
export interface Subject {
  readonly pool: string;
  readonly subject: string;
}

/** One sign-in of the subject: `origin_jti` of its tokens, which Cognito gives where token revocation is on. */
export interface SignIn extends Subject {
  readonly originJti: string;
}

/** Revoked tokens, for routes that are `revocable`. Each call ends by `deadlineMs`, or throws `storeUnavailable`. */
export interface Revocations {
  /**
   * Revokes every token of the subject issued up to now, the current second included. `atMs`, milliseconds since the epoch,
   * is Cognito's time rather than this machine's where the caller knows it. Refresh tokens are Cognito's to revoke.
   */
  revoke(subject: Subject, deadlineMs: number, atMs?: number): Promise<void>;
  /** Revokes the tokens of one sign-in, and for a day those that its refresh token may bring. */
  revokeSignIn(signIn: SignIn, deadlineMs: number): Promise<void>;
  /** Seconds since the epoch: the subject's tokens that were issued earlier are revoked. 0 for none, Infinity for all of the sign-in. */
  notBefore(of: Subject & { readonly originJti?: string | undefined }, deadlineMs: number): Promise<number>;
}

/** One partition a subject: no partition takes everyone's reads, and one query finds both kinds of entry. */
const partitionOf = ({ pool, subject }: Subject) => `revocation ${JSON.stringify([pool, subject])}`;
/** Comes first in the partition's descending order. */
const SUBJECT = 'subject';
const signInKey = (originJti: string) => `sign-in ${originJti}`;

/** `iat` is in whole seconds: of the current one, nobody can tell which tokens came first. Kept until the last of them expires. */
function entry(pk: string, sk: string, atMs: number): Item {
  const notBefore = Math.floor(atMs / 1000) + 1;
  return { pk, sk, notBefore, expiresAt: notBefore + MAX_TOKEN_SECONDS };
}

/** The item that revokes the subject's tokens, for code that writes it without a Table. */
export const subjectEntry = (subject: Subject, atMs: number) => entry(partitionOf(subject), SUBJECT, atMs);

/** Revocations in the API's table: every process that reads the table knows them. */
export function createRevocations(table: Table<string>): Revocations {
  /** An entry that is written twice, or after a later one, changes nothing. */
  const write = async (item: Item, deadlineMs: number) => {
    await table.putIfGreater(item, 'notBefore', deadlineMs);
  };

  return {
    revoke: (subject, deadlineMs, atMs = Date.now()) => write(subjectEntry(subject, atMs), deadlineMs),
    revokeSignIn: (signIn, deadlineMs) =>
      write(entry(partitionOf(signIn), signInKey(signIn.originJti), Date.now()), deadlineMs),
    async notBefore({ originJti, ...subject }, deadlineMs) {
      const hash = partitionOf(subject);
      let before: string | undefined;
      let notBefore = 0;
      do {
        const { items, hasMore } = await table.page({ hash, before, limit: PAGE_SIZE }, deadlineMs);
        if (originJti !== undefined && items.some(({ sk }) => sk === signInKey(originJti))) return Infinity;
        const found = items.find(({ sk }) => sk === SUBJECT);
        if (found) notBefore = found['notBefore'] as number;
        before = hasMore ? items.at(-1)?.sk : undefined;
      } while (before !== undefined);
      return notBefore;
    },
  };
}
