import { MINUTE, SECOND } from '../../../util/clock.js';
import { error, type Finding, ok, warning } from '../finding.js';

const SUBJECT = 'clock';
const GUARD_MS = 10 * SECOND;

/**
 * Compares the clock of this machine with the `Date` of a server.
 *
 * @param server any https server; WeChat Pay's by default
 */
export async function checkClock(server: string, now: () => number = Date.now): Promise<Finding[]> {
  const before = now();
  let date: string | null;
  try {
    const answer = await fetch(server, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(GUARD_MS) });
    date = answer.headers.get('date');
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    const reason = inner instanceof Error ? inner.message : message;
    return [
      warning(
        SUBJECT,
        `${server} does not answer: ${reason}`,
        'The clock could not be compared.',
        'Check the network, or give another --server.',
      ),
    ];
  }
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) {
    return [warning(SUBJECT, `${server} sends no Date`, 'The clock could not be compared.', 'Give another --server.')];
  }
  // The header has seconds, and the answer took a while.
  const difference = (before + now()) / 2 - (time + SECOND / 2);
  return [judged(difference)];
}

function judged(difference: number): Finding {
  const seconds = Math.round(Math.abs(difference) / SECOND);
  const says = `this machine is ${seconds} s ${difference > 0 ? 'ahead' : 'behind'}`;
  const why = 'WeChat Pay refuses requests, and you refuse notifications, that differ by five minutes.';
  const fix = 'Let the machine follow a time server (NTP): timedatectl set-ntp true.';
  if (Math.abs(difference) >= 5 * MINUTE) return error(SUBJECT, says, why, fix);
  if (Math.abs(difference) >= MINUTE / 2) return warning(SUBJECT, says, why, fix);
  return ok(SUBJECT, 'agrees with the server');
}
