const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long a browser is waited for unless --timeout says otherwise. */
export const BROWSER_TIMEOUT = '5m';

/** `90`, `60s`, `5m`, `1h` or `2d` in milliseconds, a bare number being seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 0) : undefined;
}

/** `1 h 5 min`, `4 min 10 s`, `9 s`; nothing shorter than 0 s. */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
