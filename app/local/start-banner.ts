import type { LocalUser } from '../platform/contract/local-users.js';
import { startOfCommandLine, type Product } from '../platform/contract/product.js';
import type { SeedChanges } from './seed/target.js';

export interface BannerOptions {
  product: Product;
  /** Without a slash at the end. */
  apiUrl: string;
  /** Whether `/docs` is served. */
  docs: boolean;
  /** Absent where the pools are Amazon Cognito's. */
  local?: { cognitoEndpoint: string; changes: SeedChanges; caFile?: string | undefined } | undefined;
  users: readonly LocalUser[];
  /** Where the users' `NAME.password` files are, LOCAL_DIR. */
  dir: string;
}

/**
 * What `npm start` prints: addresses, what the local Cognito was seeded with, and lines to paste into another terminal.
 * It holds no password and no secret.
 */
export function startBanner(options: BannerOptions): string {
  const { docs, local } = options;
  const apiUrl = options.apiUrl.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
  const addresses = [
    `API            ${apiUrl}`,
    ...(docs ? [`Docs           ${apiUrl}/docs`] : []),
    ...(local ? [`Local Cognito  ${local.cognitoEndpoint}`] : []),
    ...(local?.caFile === undefined
      ? []
      : [`  over TLS     ${overTls(local.cognitoEndpoint)}, NODE_EXTRA_CA_CERTS=${quote(local.caFile)}`]),
  ];
  const trial = ['', 'Try it in another terminal:', '', ...examples(apiUrl, options), ''];
  return `${[...addresses, ...(local ? [...seeded(local.changes), ...trial] : [])].join('\n')}\n`;
}

const overTls = (endpoint: string) => endpoint.replace(/^http:/u, 'https:');

function seeded(changes: SeedChanges): string[] {
  const lines = Object.entries(changes).map(([pool, done]) => `  ${pool}: ${done.join(', ')}`);
  return lines.length > 0 ? ['', 'Seeded the local Cognito:', '', ...lines] : [];
}

function examples(apiUrl: string, { product, users: [user], dir }: BannerOptions): string[] {
  const lines = [`curl -i ${apiUrl}/`];
  if (user) {
    const [name, pool, file] = [user.username, user.pool, `${dir}/${user.username}.password`].map(quote);
    const command = startOfCommandLine(product);
    lines.push(
      `${command} login ${name} --pool ${pool} --password-stdin < ${file}`,
      `curl -i -H "Authorization: Bearer $(${command} token --pool ${pool})" ${apiUrl}/`,
    );
  }
  return lines.map((line) => `  ${line}`);
}

/** A word that a POSIX shell reads back as it is. */
const quote = (word: string) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
