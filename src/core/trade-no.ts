const NUMBERED = /^(.*)-([2-9]|[1-9]\d{1,3})$/s;

/**
 * Returns the next number for an order whose price or payer changed, because WeChat never lets a
 * used number change: `SHOP00A17` → `SHOP00A17-2` → `SHOP00A17-3`.
 *
 * @throws {RangeError} when the result would not have 6 to 32 characters
 * @example
 * const reissued = { ...order, out_trade_no: nextTradeNo(order.out_trade_no) };
 */
export function nextTradeNo(out_trade_no: string): string {
  const [, stem = out_trade_no, count = '1'] = NUMBERED.exec(out_trade_no) ?? [];
  const next = `${stem}-${Number(count) + 1}`;
  if (!/^[0-9A-Za-z_\-|*]{6,32}$/.test(next)) {
    throw new RangeError(`${JSON.stringify(next)} has no room: out_trade_no takes 6 to 32 of 0-9 A-Z a-z _ - | *`);
  }
  return next;
}
