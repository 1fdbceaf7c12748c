import { MINUTE, SECOND } from '../../util/clock.js';
import type { FoundCause } from '../causes/cause.js';
import { text } from '../text.js';

const WINDOW = 5 * MINUTE;

/** What is wrong with a timestamp. */
export function timestampCauses(timestamp: string, now: number | undefined): FoundCause[] {
  if (/^\d{13}$/.test(timestamp)) return [['timestamp-milliseconds', timestamp]];
  if (!/^[1-9]\d{9}$/.test(timestamp)) return [['timestamp-form', JSON.stringify(timestamp.slice(0, 40))]];
  if (now === undefined) return [];
  const age = now - Number(timestamp) * SECOND;
  if (Math.abs(age) < WINDOW) return [];
  const seconds = Math.round(Math.abs(age) / SECOND);
  return [
    [
      'timestamp-stale',
      age > 0
        ? text(`${seconds} s old`, `已过去 ${seconds} 秒`)
        : text(`${seconds} s in the future`, `超前 ${seconds} 秒`),
    ],
  ];
}

/** What is wrong with the serial of a merchant certificate. */
export function serialCauses(serial: string): FoundCause[] {
  if (/^[0-9A-F]{8,40}$/i.test(serial)) return [];
  if (serial.startsWith('PUB_KEY_ID_')) return [['serial-of-public-key', serial]];
  if (serial.includes(':')) return [['serial-form', text('it has colons', '含有冒号')]];
  if (/^0x/i.test(serial)) return [['serial-form', text('it begins with 0x', '以 0x 开头')]];
  if (/^\d{41,}$/.test(serial)) return [['serial-form', text('it is decimal', '是十进制')]];
  return [['serial-form', JSON.stringify(serial.slice(0, 60))]];
}

/** Serials are hexadecimal numbers, which some programs write in lower case or with colons. */
export const sameSerial = (a: string, b: string): boolean => plain(a) === plain(b);

const plain = (serial: string): string =>
  serial
    .replaceAll(':', '')
    .replace(/^(?:0x)?0*/i, '')
    .toUpperCase();
