import type { Parts } from '../command.js';
import { Failure } from '../failure.js';
import { readStdin } from '../terminal/input.js';
import { writePrivateFile } from '../state/private-write.js';
import { LOCAL, parseProfile, profilePath } from '../state/profiles.js';

/** Keeps the profile that comes on stdin under that name, in the place of an earlier one. */
export async function addProfile({ runtime, terminal }: Parts, name: string): Promise<void> {
  if (name === LOCAL) {
    throw new Failure('usage', 'usage', {
      message: `\`npm start\` writes the profile ${LOCAL}: choose another name.`,
      hint: 'terraform output -json profile | pizza profile add cloud',
    });
  }
  const path = profilePath(name, runtime);
  const profile = parseProfile((await readStdin(runtime, 'The profile')).toString(), 'stdin');
  writePrivateFile(path, `${JSON.stringify(profile, null, 2)}\n`);
  const pools = Object.keys(profile.pools).join(', ');
  if (terminal.asJson) terminal.json({ profile: name, path, pools: Object.keys(profile.pools) });
  else terminal.say(`Kept profile ${name} (pools ${pools}) in ${path}.\nNext:  pizza login --profile ${name}`);
}
