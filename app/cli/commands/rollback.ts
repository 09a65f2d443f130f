import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { readDeployment } from '../release/deployment.js';
import { moveAlias, openFunction, readAlias } from '../release/live-alias.js';

/**
 * Gives all calls to the version that was live before, or, while a release goes on, to the one that is; changes nothing
 * else. Throws `nothing_before`.
 */
export async function rollback({ runtime, terminal }: CommandContext): Promise<void> {
  const deployment = await readDeployment(runtime, 'rollback');
  const lambda = await openFunction(deployment, terminal);
  const alias = await readAlias(lambda);
  const [previous, ...before] = alias.before;
  const to = alias.partly ? { version: alias.version, before: alias.before } : { version: previous, before };
  const { version } = to;
  if (version === undefined) {
    throw new Failure('unexpected', 'nothing_before', {
      message: `No version of ${lambda.name} is known to have been live before version ${alias.version}.`,
      hint: `Name one yourself: aws lambda update-alias --function-name ${lambda.name} --name live --function-version VERSION`,
    });
  }
  await moveAlias(lambda, alias, { version, before: to.before });
  const from = alias.partly?.version ?? alias.version;
  if (terminal.asJson) return terminal.json({ function: lambda.name, version, from });
  return terminal.say(
    `All calls of ${lambda.name} go to version ${version} now, and none to version ${from}. Its code and its environment are those of version ${version}; nothing else changed.`,
  );
}
