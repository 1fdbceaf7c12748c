import { WxpayError } from '../core/errors.js';
import { IDS, type IdRule, idFault } from '../core/ids.js';
import type { PaymentRef } from '../core/refund.js';
import type { OrderRef } from '../core/vocabulary.js';
import { isAbsent, present } from '../util/absent.js';
import { isIpAddress } from '../util/ip-address.js';
import { refuseUnknownNames } from '../util/options.js';
import { printable } from '../util/printable.js';
import type { PayingFrom } from './merchant/protocol.js';

const invalid = (message: string): WxpayError => new WxpayError('ERR_WXPAY_ORDER_INVALID', message);

/**
 * Checks one number of an order, in the form in which WeChat issues it. `transaction_id` takes
 * precedence.
 *
 * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`
 */
export function resolveRef(ref: OrderRef): PaymentRef {
  if (typeof ref !== 'object' || ref === null) throw invalid('queryOrder takes { out_trade_no } or { transaction_id }');
  refuseUnknownNames('queryOrder', ref, ['out_trade_no', 'transaction_id']);
  const { transaction_id, out_trade_no } = ref;
  if (isAbsent(transaction_id)) return { out_trade_no: checked(out_trade_no, IDS.outTradeNo) };
  return { transaction_id: checked(transaction_id, IDS.transactionId) };
}

/** @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for anything that WeChat would not have given out */
export const resolvePrepayId = (prepay_id: string): string => checked(prepay_id, IDS.prepayId);

function checked(value: unknown, rule: IdRule): string {
  const fault = idFault(value, rule);
  if (fault) throw invalid(fault);
  return value as string;
}

/**
 * Checks who pays, and from where.
 *
 * @throws {TypeError} for a field that is not sent
 * @throws {WxpayError} `ERR_WXPAY_OPENID_REQUIRED`, and `ERR_WXPAY_ORDER_INVALID` for a malformed
 * address
 */
export function resolvePayer(payer: { openid?: unknown; clientIp?: unknown }): PayingFrom & { openid: string } {
  const { openid, ...from } = payer ?? {};
  if (typeof openid !== 'string' || openid === '' || openid.length > 128) {
    throw new WxpayError('ERR_WXPAY_OPENID_REQUIRED', 'prepay needs the openid of the payer');
  }
  return { openid, ...resolveFrom('prepay', from, ['openid', 'clientIp']) };
}

/** As {@link resolvePayer}, where no openid is needed. */
export function resolveFrom(what: string, from: object, names: readonly string[] = ['clientIp']): PayingFrom {
  const given: { clientIp?: unknown } = present(from ?? {});
  refuseUnknownNames(what, given, names);
  const { clientIp } = given;
  if (clientIp === undefined) return {};
  if (isIpAddress(clientIp)) return { clientIp };
  throw invalid(`"clientIp" must be an IPv4 or IPv6 address, not ${printable(clientIp)}`);
}

/** As {@link resolveFrom}, where WeChat compares the address with the one that is paid from. */
export function resolveAddress(what: string, from: object): PayingFrom {
  const resolved = resolveFrom(what, from);
  if (resolved.clientIp !== undefined) return resolved;
  throw invalid(`${what} needs the payer's "clientIp"`);
}
