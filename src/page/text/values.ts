import { currentLanguage, say } from './language.js';

/** `¥19.90`, from fen. */
export const money = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

/** Fen of `19.9` or `19.90`; `undefined` for anything else. */
export function fenOf(yuan: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined;
}

const format = (options: Intl.DateTimeFormatOptions) => {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (at: number): string => {
    const locale = currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB';
    const made =
      formats.get(locale) ??
      new Intl.DateTimeFormat(locale, { timeZone: 'Asia/Shanghai', hourCycle: 'h23', ...options });
    formats.set(locale, made);
    return made.format(at);
  };
};

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;

/** Times are Unix milliseconds, shown in Beijing. */
export const clockTime = format(TIME);
export const dayTime = format({ ...TIME, month: '2-digit', day: '2-digit' });
export const wholeTime = format({ ...TIME, ...DAY });
export const hourMinute = format({ hour: '2-digit', minute: '2-digit' });
export const day = format(DAY);

const UNITS = [
  [86_400_000, ' d', ' 天'],
  [3_600_000, ' h', ' 小时'],
  [60_000, ' min', ' 分钟'],
  [1000, ' s', ' 秒'],
] as const;

/** `1 d 2 h`, from milliseconds: the two largest units. */
export function duration(ms: number): string {
  let left = Math.round(Math.abs(ms) / 1000) * 1000;
  const parts = UNITS.flatMap(([size, en, zh]) => {
    const whole = Math.floor(left / size);
    left -= whole * size;
    return whole > 0 ? [`${whole}${say(en, zh)}`] : [];
  });
  return parts.slice(0, 2).join(' ') || say('0 s', '0 秒');
}

/** `1.5 kB` */
export const bytes = (size: number): string => (size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`);
