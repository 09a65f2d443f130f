/** Modules around the code; scanners of screens do with half of the standard's four. */
const BORDER = 2;

/** The QR code of a text, two rows of modules a line; full blocks are light, so it is drawn light on dark. */
export async function qrCodeLines(text: string): Promise<string[]> {
  const { renderUnicodeCompact } = await import('uqr');
  return renderUnicodeCompact(text, { border: BORDER }).split('\n');
}
