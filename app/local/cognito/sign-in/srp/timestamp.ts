import { invalidParameter } from '../../errors.js';

const TOLERANCE_MS = 5 * 60_000;
const FORM = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2} UTC \d{4}$/u;

/**
 * Whether a proof's TIMESTAMP, such as `Thu Nov 5 09:07:03 UTC 2026`, is a date written in that form and no more than 5
 * minutes from now. Throws InvalidParameterException for another form, with Cognito's message.
 */
export function isFresh(timestamp: string, now: number): boolean {
  if (!FORM.test(timestamp)) throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  const time = Date.parse(timestamp);
  return !Number.isNaN(time) && srpTimestamp(time) === timestamp && Math.abs(now - time) <= TOLERANCE_MS;
}

function srpTimestamp(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().split(/,? /u);
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}
