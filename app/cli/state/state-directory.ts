import { isAbsolute, join } from 'node:path';
import { product } from '../../api/product.js';
import { Failure } from '../failure.js';
import type { Runtime } from '../runtime.js';

/**
 * Where the operating system wants state to be stored. Throws the Failure `home_missing`.
 * https://specifications.freedesktop.org/basedir-spec/latest/ (a relative path there is ignored)
 */
export function stateDirectory({ env, platform }: Pick<Runtime, 'env' | 'platform'>): string {
  const absolute = (name: string) => (env[name] && isAbsolute(env[name]) ? env[name] : undefined);
  const home = absolute('HOME');
  const base = {
    darwin: home && join(home, 'Library', 'Application Support'),
    win32: absolute('LOCALAPPDATA'),
    other: absolute('XDG_STATE_HOME') ?? (home && join(home, '.local', 'state')),
  }[platform === 'darwin' || platform === 'win32' ? platform : 'other'];
  if (base) return join(base, product.name);
  const [variable, alternative] = platform === 'win32' ? ['LOCALAPPDATA', ''] : ['HOME', ', or XDG_STATE_HOME'];
  throw new Failure('unexpected', 'home_missing', {
    message: `There is no directory to store tokens in: ${variable} is not set to an absolute path.`,
    hint: `Set ${variable}${platform === 'darwin' ? '' : alternative} to a directory of yours and run the command again.`,
  });
}
