/**
 * C0 and C1 controls and DEL, line feed and tab excepted, and the controls that reorder text (https://www.unicode.org/reports/tr9/).
 * A terminal obeys them: they can hide text, forge lines, set its title or fill its input.
 */
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** The text without the characters that a terminal obeys. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, '');
}

/** Text from outside as one line, so that it can't pass for a line of the command's own. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ')).trim();
}
