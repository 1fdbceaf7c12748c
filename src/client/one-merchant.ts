import { mustBe, type Rule } from '../util/options.js';
import type { Wxpay } from './types.js';

/** The rule of the option `wxpay`: one merchant, as `createWxpay` returned it. */
export const oneMerchant: Rule<Wxpay> = (given, name) => {
  if (Array.isArray(given)) {
    throw mustBe(
      name,
      'one merchant: call wxNotify (or wxPrepay) once per merchant, and give every merchant a path of its own ("notifyUrl")',
    );
  }
  const isMerchant = typeof (given as Partial<Wxpay> | null | undefined)?.prepay === 'function';
  if (isMerchant) return given as Wxpay;
  throw mustBe(name, 'what createWxpay() returns');
};
