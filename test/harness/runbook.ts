import { readFileSync } from 'node:fs';

/** A code block of `infra/RUNBOOK.md`: shell commands, or lines for a tfvars file. */
export interface RunbookBlock {
  /** The heading that it stands under. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

export const RUNBOOK: readonly RunbookBlock[] = parse(readFileSync('infra/RUNBOOK.md', 'utf8'));

/** The only block of a section that contains a text. */
export function runbookBlock(section: string, text: string): RunbookBlock {
  const [block, ...others] = RUNBOOK.filter((each) => each.section === section && each.text.includes(text));
  if (!block || others.length > 0) throw new Error(`"${section}" has not one block with ${text}`);
  return block;
}

function parse(markdown: string): RunbookBlock[] {
  return markdown.split(/^## /m).flatMap((part) => {
    const section = part.split('\n', 1).join();
    const blocks = part.matchAll(/^(?<indent> *)```(?<language>\w+)\n(?<text>.*?)^ *```$/gms);
    return [...blocks].map(({ groups: { indent = '', language = '', text = '' } = {} }) => {
      return { section, language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), '') };
    });
  });
}
