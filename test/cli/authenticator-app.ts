import { createHmac } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import jsqr from 'jsqr';

/** How long a code is valid. */
export const STEP_MS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PIXELS_PER_MODULE = 4;

function decodeBase32(text: string): Buffer {
  const bits = Array.from(text.toUpperCase(), (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join(
    '',
  );
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}

/** The code of an authenticator app (RFC 6238) at a time, in milliseconds since the epoch. */
export function totp(secret: string, at = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)));
  const digest = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** What an app reads from the QR code on the screen, full blocks being light. */
export function scanQrCode(screen: string): string | undefined {
  const lines = stripVTControlCharacters(screen)
    .split(/\r?\n/)
    .filter((line) => /^[█▀▄ ]{20,}$/.test(line));
  const width = (lines[0]?.length ?? 0) * PIXELS_PER_MODULE;
  const height = lines.length * 2 * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const row = Math.floor(y / PIXELS_PER_MODULE);
      const block = lines[Math.floor(row / 2)]?.[Math.floor(x / PIXELS_PER_MODULE)] ?? ' ';
      const isLight = block === '█' || block === (row % 2 === 0 ? '▀' : '▄');
      pixels.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return jsqr.default(pixels, width, height)?.data;
}
