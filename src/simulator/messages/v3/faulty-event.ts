import type { NotifyFault } from '../../scenarios/notify-faults.js';

/** Applies the faults that are encrypted and signed along with the rest. */
export function withFaultyFields(
  resource: Record<string, unknown>,
  fault: NotifyFault,
): Record<string, unknown> {
  const { wrongAmount, wrongAppid, wrongMchid, resultFail } = fault;
  const prefix = 'sp_mchid' in resource ? 'sp_' : '';
  const amount = { ...(resource.amount as object), total: wrongAmount };
  return {
    ...resource,
    ...(wrongAmount !== undefined && { amount }),
    ...(wrongAppid !== undefined && { [`${prefix}appid`]: wrongAppid }),
    ...(wrongMchid !== undefined && { [`${prefix}mchid`]: wrongMchid }),
    ...(resultFail && { trade_state: 'PAYERROR', trade_state_desc: '支付失败' }),
  };
}

const RETURN_FAIL = '{"code":"FAIL","message":"系统繁忙"}';
const XXE = [
  '<?xml version="1.0"?>',
  '<!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
  '<xml><attack>&xxe;</attack></xml>',
].join('');

/** Writes the body, with the faults that concern its form. */
export function writeEvent(event: object, fault: NotifyFault): Buffer {
  const text = JSON.stringify(event);
  if (fault.returnFail) return Buffer.from(RETURN_FAIL);
  if (fault.xxe) return Buffer.from(XXE);
  if (fault.duplicateElements) {
    return Buffer.from(text.replace(/}$/, ',"event_type":"TRANSACTION.SUCCESS2"}'));
  }
  return fault.notUtf8 ? withInvalidUtf8(text) : Buffer.from(text);
}

/** Inserts the first two bytes of a three-byte character into the summary. */
function withInvalidUtf8(text: string): Buffer {
  const body = Buffer.from(text);
  const at = endOf(body, '"summary":"');
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xe4, 0xb8]), body.subarray(at)]);
}

/** Changes the first character of the ciphertext. The old signature no longer matches. */
export function withOtherCiphertext(body: Buffer): Buffer {
  const at = endOf(body, '"ciphertext":"');
  const other = Buffer.from(body);
  other[at] = other[at] === 0x41 ? 0x42 : 0x41;
  return other;
}

const endOf = (body: Buffer, text: string): number => body.indexOf(text) + text.length;
