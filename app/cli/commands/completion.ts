import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { access } from '../../api/access.js';
import { product } from '../../api/product.js';
import { shellWord } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { FACTOR_NAMES } from '../mfa/factors.js';
import { LOCAL } from '../state/profiles.js';
import { stateDirectory } from '../state/state-directory.js';

/**
 * Each script defines the command as a function that runs this build, so that the name can mean nothing else, and has it
 * completed by `complete`, which prints the candidates, one a line, for the words after `--`.
 */
const SCRIPTS: Readonly<Record<string, (command: string, file: string) => string>> = {
  bash: (command, file) => `# In ~/.bashrc: eval "$(node ${file} completion bash)"
${command}() { node ${file} "$@"; }
_${command}() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(${command} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${command} ${command}
`,
  zsh: (command, file) => `# In ~/.zshrc, after compinit: eval "$(node ${file} completion zsh)"
${command}() { node ${file} "$@"; }
_${command}() {
  local -a candidates
  candidates=("\${(@f)$(${command} complete -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _${command} ${command}
`,
  fish: (command, file) => `# In ~/.config/fish/config.fish: node ${file} completion fish | source
function ${command}; node ${file} $argv; end
complete -c ${command} -f -a '(${command} complete -- (commandline -opc)[2..] 2>/dev/null)'
`,
};

/** Prints a script that makes the command available in a shell, with completion. */
export async function printCompletion({ terminal, dist }: CommandContext, shell: string): Promise<void> {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (!script) {
    throw usageError(
      `There is no completion for ${JSON.stringify(shell)}.`,
      `Name one of ${Object.keys(SCRIPTS).join(', ')}.`,
    );
  }
  const { command } = product;
  terminal.data(script(command, shellWord(fileURLToPath(new URL(`cli/${command}.cjs`, dist)))));
}

/** Prints what may follow these words: subcommands and flags, or the values of the flag that the last word is. */
export async function printCandidates(context: CommandContext, program: Command, words: string[]): Promise<void> {
  let command = program;
  for (const word of words) command = command.commands.find((each) => each.name() === word) ?? command;
  const options = [...command.options, ...program.options];
  const last = words.at(-1);
  const flag = options.find(({ long, short }) => last !== undefined && [long, short].includes(last));
  const values = flag ? valuesOf(flag, words, context) : [];
  const others = [
    ...command.commands.filter((each) => each.name() !== 'complete').map((each) => each.name()),
    ...options.map(({ long }) => long),
    '--help',
  ];
  const candidates = flag?.required ? values : [...values, ...others];
  context.terminal.data(candidates.map((candidate) => `${candidate}\n`).join(''));
}

function valuesOf({ long }: Option, words: string[], context: CommandContext): string[] {
  const poolName = words.includes('--pool') ? words[words.indexOf('--pool') + 1] : undefined;
  const pools = Object.entries(access.document).filter(([name]) => poolName === undefined || name === poolName);
  if (long === '--pool') return Object.keys(access.document);
  if (long === '--factor') return [...FACTOR_NAMES];
  if (long === '--profile') return [LOCAL, ...storedProfiles(context)];
  if (long === '--group' || long === '--remove') {
    return [...new Set(pools.flatMap(([, { groups }]) => Object.keys(groups)))];
  }
  if (long !== '--machine') return [];
  return pools.flatMap(([, { clients }]) => Object.keys(clients).filter((name) => clients[name]?.type === 'machine'));
}

function storedProfiles({ runtime }: CommandContext): string[] {
  try {
    return readdirSync(join(stateDirectory(runtime), 'profiles'))
      .map((file) => /^([\w-]+)\.json$/.exec(file)?.[1])
      .filter((name) => name !== undefined);
  } catch {
    return [];
  }
}
