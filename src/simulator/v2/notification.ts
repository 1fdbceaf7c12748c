import { readXml, writeXml } from '../../core/v2/xml.js';
import type { Message } from '../deliveries/post-office.js';
import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';
import { letters } from '../random.js';
import type { NotifyFault } from '../switches.js';
import type { Merchant, World } from '../world.js';
import { type FieldsOut, partnerFields, paymentFields } from './payment-fields.js';
import { signed } from './signed.js';

export const HEADERS = { 'content-type': 'text/xml', 'user-agent': 'Mozilla/4.0', accept: '*/*' };
/** Of nobody. */
export const FOREIGN_KEY = 'ffffffffffffffffffffffffffffffff';

/** The notification of a paid order. Its nonce is drawn once: every retry carries the same bytes. */
export function paymentMessage(world: World, order: LedgerOrder): Message {
  const merchant = world.merchants.get(order.mchid) as Merchant;
  const fields: FieldsOut = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['appid', order.appid],
    ['mch_id', order.mchid],
    ...partnerFields(order),
    ['nonce_str', letters(world.random, 32)],
    ['result_code', 'SUCCESS'],
    ...paymentFields(order, order.payment as LedgerPayment),
  ]);
  const signType = order.sign_type ?? 'MD5';
  return {
    id: world.random(16).toString('hex'),
    kind: 'v2.payment',
    url: order.notify_url,
    out_trade_no: order.out_trade_no,
    compose: (fault) => ({
      headers: HEADERS,
      body: write(fields, fault, (out, key = merchant.key) => signed(out, key, signType)),
    }),
    acknowledges,
  };
}

/** HTTP 200 and a document that says SUCCESS. */
export function acknowledges(status: number, reply: Buffer): boolean {
  if (status !== 200) return false;
  try {
    return readXml(reply).get('return_code') === 'SUCCESS';
  } catch {
    return false;
  }
}

type Sign = (fields: FieldsOut, key?: string) => FieldsOut;

function write(clean: FieldsOut, fault: NotifyFault, sign: Sign): Buffer {
  const sealed = sign(altered(clean, fault), fault.wrongSignature ? FOREIGN_KEY : undefined);
  if (fault.missingSign) sealed.delete('sign');
  if (fault.tampered) sealed.set('total_fee', Number(sealed.get('total_fee')) + 1);
  return spoilt(sealed, fault);
}

/** The document, or what is sent in its place. */
export function spoilt(fields: FieldsOut, fault: NotifyFault): Buffer {
  if (fault.returnFail) return FAILED;
  const body = xml(fields);
  if (fault.xxe) return withDoctype(body);
  if (fault.duplicateElements) {
    const name = fields.has('total_fee') ? 'total_fee' : 'mch_id';
    return Buffer.from(body.toString().replace('</xml>', `<${name}>1</${name}></xml>`));
  }
  return fault.notUtf8 ? withoutUtf8(body) : body;
}

/** What is wrong and signed for all the same. */
export function altered(clean: FieldsOut, fault: NotifyFault): FieldsOut {
  const fields = new Map(clean);
  if (fault.wrongAmount !== undefined) fields.set('total_fee', fault.wrongAmount);
  if (fault.wrongAppid !== undefined) fields.set('appid', fault.wrongAppid);
  if (fault.wrongMchid !== undefined) fields.set('mch_id', fault.wrongMchid);
  if (fault.resultFail) {
    fields.set('result_code', 'FAIL').set('err_code', 'SYSTEMERROR').set('err_code_des', '系统错误');
  }
  if (fault.huge !== undefined) fields.set('padding', 'x'.repeat(fault.huge));
  return fields;
}

const FAILED = Buffer.from(
  writeXml([
    ['return_code', 'FAIL'],
    ['return_msg', '系统繁忙'],
  ]),
);

const xml = (fields: FieldsOut): Buffer => Buffer.from(writeXml(fields));

const withDoctype = (body: Buffer): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>${body
      .toString()
      .replace('</xml>', '<attack>&xxe;</attack></xml>')}`,
  );

/** A lead byte without the rest, inside the first value. */
function withoutUtf8(body: Buffer): Buffer {
  const at = body.indexOf('<![CDATA[') + '<![CDATA['.length;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xe4, 0xb8]), body.subarray(at)]);
}
