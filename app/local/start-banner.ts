import type { LocalUser } from '../platform/contract/local-users.js';
import type { Product } from '../platform/contract/product.js';

export interface BannerOptions {
  product: Product;
  /** Without a slash at the end. */
  apiUrl: string;
  /** Whether `/docs` is served. */
  docs: boolean;
  /** A path that the first user may get, for the example. */
  path?: string;
  /** What was started locally; absent where the pools are Amazon Cognito's. */
  local?: LocalBanner | undefined;
}

interface LocalBanner {
  cognitoEndpoint: string;
  /** Where `NAME.password` files are, LOCAL_DIR. */
  dir: string;
  users: readonly LocalUser[];
}

/**
 * What `npm start` prints: addresses, and lines to paste into another terminal. It holds no password and no secret. The
 * command is run by `npx --no`, which outside the clone fails: npm has packages named like commands, and plain npx
 * would install one and hand it the password.
 */
export function startBanner({ product, apiUrl, docs, path = '/', local }: BannerOptions): string {
  const url = apiUrl.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
  const addresses = [
    `API            ${url}`,
    ...(docs ? [`Docs           ${url}/docs`] : []),
    ...(local ? [`Local Cognito  ${local.cognitoEndpoint}`] : []),
  ];
  const lines = local
    ? [...addresses, '', 'Try it in another terminal:', '', ...examples(url + path, product, local), '']
    : addresses;
  return `${lines.join('\n')}\n`;
}

function examples(url: string, { command }: Product, { dir, users: [user] }: LocalBanner): string[] {
  const lines = [`curl -i ${url}`];
  if (user) {
    const [name, pool, file] = [user.username, user.pool, `${dir}/${user.username}.password`].map(quote);
    lines.push(
      `npx --no ${command} login ${name} --pool ${pool} --password-stdin < ${file}`,
      `curl -i -H "Authorization: Bearer $(npx --no ${command} token --pool ${pool})" ${url}`,
    );
  }
  return lines.map((line) => `  ${line}`);
}

/** A word as a POSIX shell reads it back. */
const quote = (word: string) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
