import { toRfc3339 } from '../../core/beijing-time.js';
import { yuan } from '../../core/money.js';

/** `11-28 09:30:05` in Beijing, from Unix milliseconds. */
export const time = (at: number): string => toRfc3339(new Date(at)).slice(5, 19).replace('T', ' ');

/** `¥19.90` */
export const money = (fen: number): string => `¥${yuan(fen)}`;
