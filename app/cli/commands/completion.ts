import type { Command } from 'commander';
import type { Parts } from '../command.js';
import { Failure } from '../failure.js';
import { findTarget, LOCAL } from '../state/profiles.js';

/** Each asks `pizza complete` for the candidates, one a line, the words so far given after `--`. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# eval "$(pizza completion bash)", in ~/.bashrc
_pizza() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(pizza complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pizza pizza
`,
  zsh: `# eval "$(pizza completion zsh)", in ~/.zshrc after compinit
_pizza() {
  local -a candidates
  candidates=("\${(@f)$(pizza complete -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _pizza pizza
`,
  fish: `# pizza completion fish > ~/.config/fish/completions/pizza.fish
complete -c pizza -f -a '(pizza complete -- (commandline -opc)[2..] 2>/dev/null)'
`,
};

export async function printCompletion({ terminal }: Parts, shell: string): Promise<void> {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script !== undefined) return terminal.data(script);
  throw new Failure('usage', 'usage', {
    message: `There is no completion for ${JSON.stringify(shell)}.`,
    hint: `Name one of ${Object.keys(SCRIPTS).join(', ')}.`,
  });
}

/** What may follow these words: subcommands and flags, or the values of a flag that just came. */
export async function printCandidates(parts: Parts, program: Command, words: string[]): Promise<void> {
  let command = program;
  for (const word of words) command = command.commands.find((each) => each.name() === word) ?? command;
  const options = [...command.options, ...program.options];
  const last = options.find(({ long, short }) => words.length > 0 && [long, short].includes(words.at(-1)));
  const candidates = last?.required
    ? valuesOf(last.long, parts)
    : [
        ...command.commands.filter((each) => each.name() !== 'complete').map((each) => each.name()),
        ...options.map(({ long }) => long),
        '--help',
      ];
  parts.terminal.data(candidates.map((candidate) => `${candidate}\n`).join(''));
}

function valuesOf(flag: string | undefined, { runtime, flags }: Parts): string[] {
  if (flag === '--profile') return [LOCAL];
  if (flag !== '--pool') return [];
  try {
    return Object.keys(findTarget(flags.profile, 'customers', runtime).profile.pools);
  } catch {
    return [];
  }
}
