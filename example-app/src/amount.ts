import { fen } from 'koa-wxpay';

export type AmountMistake = 'empty' | 'not_digits' | 'negative' | 'decimals' | 'zero' | 'too_large';

/** The most a price or a refund may be, in yuan. */
const MOST = 100_000;

/** Fen of what a person typed as yuan, in digits of either width; or what is wrong with it. */
export function readAmount(typed: string): number | AmountMistake {
  const text = typed.normalize('NFKC').trim();
  if (text === '') return 'empty';
  if (/^-\d/.test(text)) return 'negative';
  const [, yuan = '', decimals = ''] = /^0*(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (yuan === '') return 'not_digits';
  if (decimals.length > 2) return 'decimals';
  if (Number(`${yuan}.${decimals}`) > MOST) return 'too_large';
  return fen(decimals ? `${yuan}.${decimals}` : yuan) || 'zero';
}
