import { ensurePrivateDirectory, writeDurably } from './durable-file.js';

/** What a client needs in order to sign in and call: written by `npm start`, and by Terraform as an output. */
export interface Profile {
  apiUrl: string;
  cognitoEndpoint: string;
  region: string;
  pools: Record<string, ProfilePool>;
}

export interface ProfilePool {
  userPoolId: string;
  clientId: string;
  clientSecret: string;
  issuer: string;
  jwksUri: string;
}

/** Writes `profile.json` into `dir`, mode 0600, whole or not at all. Throws StartError when `dir` can't be written. */
export async function writeProfile(dir: string, { apiUrl, cognitoEndpoint, region, pools }: Profile): Promise<void> {
  await ensurePrivateDirectory(dir);
  const profile = { apiUrl, cognitoEndpoint, region, pools };
  await writeDurably(`${dir}/profile.json`, `${JSON.stringify(profile, null, 2)}\n`);
}
