import pino from 'pino';
import { startCognito, type CognitoServer } from '../../../app/local/cognito/server.js';
import { connect } from '../emulator.js';
import { fastCrypto } from '../fast-crypto.js';

/** Starts an emulator on a directory. */
export const startOn = (dir: string, port = 0): Promise<CognitoServer> =>
  startCognito({ dir, port, region: 'us-east-1', log: pino({ level: 'silent' }), ...fastCrypto() });

/** The names of the pool's groups. */
export async function groupsIn({ endpoint }: CognitoServer, UserPoolId: string | undefined) {
  const sdk = connect(endpoint);
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sdk.listGroups({ UserPoolId, NextToken });
    names.push(...(page.Groups?.map(({ GroupName }) => GroupName) ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  sdk.destroy();
  return names;
}
