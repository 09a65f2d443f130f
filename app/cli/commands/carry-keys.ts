import type { CommandContext } from '../context.js';
import { outputsInvalid, readOutputs } from '../release/deployment.js';
import { keySourcesProblems, readKeys, type CarriedKey, type KeySources } from '../release/signing-keys.js';
import { writePrivateFile } from '../state/private-file.js';

export interface CarryKeysOptions {
  out: string;
}

/**
 * Writes Terraform's input `carried_keys`: what each pool of the deployment publishes now, or where that is unavailable what
 * its functions carry already. Throws `outputs_invalid`.
 */
export async function carryKeys(context: CommandContext, { out }: CarryKeysOptions): Promise<void> {
  const { runtime, terminal } = context;
  const value = (await readOutputs(runtime, 'carry-keys'))('signing_keys') ?? {};
  const problems = keySourcesProblems(value);
  if (problems.length > 0) throw outputsInvalid(problems, 'carry-keys');

  const sources = Object.entries(value as KeySources);
  const keysOf = async ([userPoolId, source]: (typeof sources)[number]): Promise<[string, readonly CarriedKey[]]> => {
    const keys = await readKeys(source).catch((error: Error) => {
      const kept = source.carried.length === 0 ? 'none is carried' : 'those of the last deployment are carried on';
      terminal.say(`Keys:   those of ${userPoolId} are unavailable (${error.message}): ${kept}.`);
      return source.carried;
    });
    return [userPoolId, keys];
  };
  const read = await terminal.wait("Reading the pools' keys", Promise.all(sources.map(keysOf)));
  const carried = Object.fromEntries(read.filter(([, keys]) => keys.length > 0));
  writePrivateFile(out, `${JSON.stringify({ carried_keys: carried }, null, 2)}\n`);

  if (terminal.asJson) terminal.json({ file: out, keys: carried });
  const count = Object.values(carried).flat().length;
  terminal.say(
    sources.length === 0
      ? 'Keys:   none is carried yet: the first deployment makes the pools, the next one carries their keys.'
      : `Keys:   ${count} of ${sources.length} pools, for the functions to start with.`,
  );
}
