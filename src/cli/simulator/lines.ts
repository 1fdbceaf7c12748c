import type { DeliveryJson, OrderJson, RefundJson, RequestJson, StepJson } from '../../simulator/control/json-types.js';
import type { Paint } from '../output/paint.js';
import { money, time } from '../output/values.js';

/** The cells of one row for each kind of record. */

export function requestCells(request: RequestJson, { dim, red, green, yellow }: Paint): string[] {
  const { id, at, method, path, status, code, message, duration, notes, out_trade_no } = request;
  const colour = status === undefined || status >= 400 || code !== undefined ? red : green;
  const why = [code, message, ...notes.map((note) => yellow(note))].filter((each) => each !== undefined).join(' ');
  return [
    dim(time(at)),
    id,
    colour(status === undefined ? 'reset' : String(status)),
    duration === undefined ? '' : `${duration} ms`,
    `${method} ${path}`,
    [out_trade_no, why].filter(Boolean).join('  '),
  ];
}

export function deliveryCells(delivery: DeliveryJson, { dim, red, green, yellow }: Paint): string[] {
  const { id, at, kind, out_trade_no = '', attempt, status, duration, error, fault, acknowledged } = delivery;
  const isOver = status !== undefined || error !== undefined;
  const verdict = acknowledged ? green('acknowledged') : isOver ? red('not acknowledged') : yellow('under way');
  const answer = error ?? (status === undefined ? '' : `${status} ${duration} ms`);
  return [
    dim(time(at)),
    id,
    verdict,
    kind,
    out_trade_no,
    `attempt ${attempt}`,
    [answer, fault && yellow(JSON.stringify(fault))].filter(Boolean).join('  '),
  ];
}

export function orderCells(order: OrderJson, { dim }: Paint): string[] {
  const { createdAt, out_trade_no, total, api, trade_type, person = '', description } = order;
  return [
    dim(time(createdAt)),
    out_trade_no,
    money(total),
    stateOf(order),
    `${api} ${trade_type}`,
    person,
    description,
  ];
}

/** A part that was refunded is not all of it, although WeChat says REFUND for both. */
export const stateOf = ({ trade_state, refunded, total }: OrderJson): string =>
  trade_state === 'REFUND' && refunded < total ? `REFUND (${money(refunded)} of ${money(total)})` : trade_state;

export const refundCells = (
  { createdAt, out_refund_no, refund, state, by, reason = '' }: RefundJson,
  { dim }: Paint,
): string[] => [
  dim(time(createdAt)),
  out_refund_no,
  money(refund),
  state,
  by === 'hand' ? 'merchant platform' : `API ${by}`,
  reason,
];

export const stepCells = ({ at, step, amount, detail = '' }: StepJson, { dim }: Paint): string[] => [
  dim(time(at)),
  step,
  amount === undefined ? '' : money(amount),
  detail,
];
