import { openSecret } from '../aws/secrets-manager.js';
import { readManagedClient, type ManagedClient } from '../session/client-secret.js';
import { writePrivateFile } from '../state/private-file.js';
import type { Terminal } from '../terminal/terminal.js';

/** A secret as it is stored, and which of the client's secrets it is. */
interface StoredSecret {
  readonly clientSecret: string;
  readonly clientSecretId: string;
}

/** Where a rotation stores a client's secret: in a file, or in Secrets Manager. */
export interface SecretStorage {
  /** In words. */
  readonly place: string;
  /** Whether everybody reads the secret there, so that one which isn't there is of use to nobody. */
  readonly isShared: boolean;
  /** Reads it again: another process may have written it. */
  readonly secretId: () => Promise<string | undefined>;
  /** Changes the client's secret there, and nothing else. */
  readonly store: (secret: StoredSecret) => Promise<void>;
  /** Moves there what the file still has. */
  readonly settle: () => Promise<void>;
}

type Client = { readonly clientId: string; readonly clientSecret?: string | null; readonly clientSecretId?: string };

interface ClientInFile<T extends Client> {
  readonly path: string;
  readonly place: string;
  readonly read: () => T;
  /** The whole document with the client changed. */
  readonly changed: (client: Omit<T, keyof StoredSecret> & Partial<StoredSecret>) => object;
}

interface FileStorage extends SecretStorage {
  readonly read: () => Client;
  /** Removes the secret, if there is one. */
  readonly clear: () => void;
}

export function fileStorage<T extends Client>({ path, place, read, changed }: ClientInFile<T>): FileStorage {
  const write = (document: object) => writePrivateFile(path, `${JSON.stringify(document, null, 2)}\n`);
  return {
    place,
    isShared: false,
    read,
    secretId: async () => read().clientSecretId,
    store: async (secret) => write(changed({ ...read(), ...secret })),
    settle: async () => undefined,
    clear() {
      const { clientSecret, clientSecretId, ...client } = read();
      if (clientSecret ?? clientSecretId) write(changed(client));
    },
  };
}

interface ManagedStorageOptions {
  readonly file: FileStorage;
  /** What is stored with the secret: what a service needs beside it, and the address that it is for. */
  readonly members: Omit<ManagedClient, keyof StoredSecret>;
  readonly terminal: Terminal;
}

/** Secrets Manager, in place of the file. Its operations throw as those of `ManagedSecret` do, and `secret_foreign`. */
export async function openManagedStorage(arn: string, options: ManagedStorageOptions): Promise<SecretStorage> {
  const { file, members, terminal } = options;
  const managed = await openSecret(arn, terminal);
  /** The client in the file, if Secrets Manager has nothing: a rotation that began when the file was the place. */
  let unmoved: Client | undefined;
  const store = async (secret: StoredSecret) => {
    await managed.replace(JSON.stringify({ ...members, ...secret }));
    unmoved = undefined;
  };
  return {
    place: `Secrets Manager (${managed.name})`,
    isShared: true,
    store,
    async secretId() {
      const current = await readManagedClient(managed, members.clientId);
      unmoved = current ? undefined : file.read();
      return current?.clientSecretId ?? unmoved?.clientSecretId;
    },
    async settle() {
      const { clientSecret, clientSecretId } = unmoved ?? {};
      if (clientSecret && clientSecretId) await store({ clientSecret, clientSecretId });
      file.clear();
    },
  };
}
