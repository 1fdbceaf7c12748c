import { randomUUID } from 'node:crypto';
import { toRfc3339 } from '../../core/beijing-time.js';
import { sealGcm } from '../../core/crypto/aead.js';
import type { Message } from '../deliveries/post-office.js';
import type { LedgerOrder } from '../ledger/order.js';
import { letters } from '../random.js';
import type { NotifyFault } from '../switches.js';
import type { Merchant, World } from '../world.js';
import { noticeSigner, signatureHeaders } from './signature.js';
import { transactionOf } from './transaction.js';

/** What a notification is about. */
export interface Event {
  kind: 'v3.payment' | 'v3.refund';
  url: string;
  out_trade_no: string;
  event_type: string;
  summary: string;
  original_type: 'transaction' | 'refund';
  resource: Record<string, unknown>;
}

/** The notification of a paid order. */
export const paymentMessage = (world: World, order: LedgerOrder): Message =>
  sealedMessage(world, world.merchants.get(order.mchid) as Merchant, {
    kind: 'v3.payment',
    url: order.notify_url,
    out_trade_no: order.out_trade_no,
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    original_type: 'transaction',
    resource: transactionOf(order, 'SUCCESS'),
  });

/** Sealed once and signed at every attempt: retries carry the same id and ciphertext under a new time, nonce and signature. */
export function sealedMessage(world: World, merchant: Merchant, event: Event): Message {
  const { kind, url, out_trade_no, original_type, resource } = event;
  const id = randomUUID();
  const nonce = letters(world.random, 12);
  const create_time = toRfc3339(new Date(world.clock.now() * 1000));
  const compose = (fault: NotifyFault): { headers: Record<string, string | string[]>; body: Buffer } => {
    const key = fault.wrongApiV3Key ? 'f'.repeat(32) : merchant.apiV3Key;
    const plaintext = JSON.stringify(altered(resource, fault));
    const envelope = {
      id,
      create_time,
      resource_type: 'encrypt-resource',
      event_type: event.event_type,
      summary: event.summary,
      resource: {
        original_type,
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: sealGcm(Buffer.from(key), nonce, original_type, plaintext).toString('base64'),
        associated_data: original_type,
        nonce,
      },
      ...(fault.huge !== undefined && { padding: 'x'.repeat(fault.huge) }),
    };
    const body = spoilt(JSON.stringify(envelope), fault);
    const { wrongSignature: badSignature = false, missingSign } = fault;
    const headers = signatureHeaders(world, noticeSigner(world, merchant), body, { ...fault, badSignature });
    if (missingSign) delete headers['wechatpay-signature'];
    return {
      headers: { ...headers, 'content-type': 'application/json', accept: '*/*', 'user-agent': 'Mozilla/4.0' },
      body: fault.tampered ? swapped(body) : body,
    };
  };
  // the status decides, whatever the body says
  return { id, kind, url, out_trade_no, compose, acknowledges: (status) => status === 200 || status === 204 };
}

/** What is wrong and sealed and signed for all the same. */
function altered(resource: Record<string, unknown>, fault: NotifyFault): Record<string, unknown> {
  const { wrongAmount, wrongAppid, wrongMchid, resultFail } = fault;
  const partner = 'sp_mchid' in resource;
  return {
    ...resource,
    ...(wrongAmount !== undefined && { amount: { ...(resource.amount as object), total: wrongAmount } }),
    ...(wrongAppid !== undefined && { [partner ? 'sp_appid' : 'appid']: wrongAppid }),
    ...(wrongMchid !== undefined && { [partner ? 'sp_mchid' : 'mchid']: wrongMchid }),
    ...(resultFail && { trade_state: 'PAYERROR', trade_state_desc: '支付失败' }),
  };
}

const XXE =
  '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><xml><attack>&xxe;</attack></xml>';

/** Well signed, and no such message. */
function spoilt(text: string, fault: NotifyFault): Buffer {
  if (fault.returnFail) return Buffer.from('{"code":"FAIL","message":"系统繁忙"}');
  if (fault.xxe) return Buffer.from(XXE);
  if (fault.duplicateElements) return Buffer.from(text.replace(/}$/, ',"event_type":"TRANSACTION.SUCCESS2"}'));
  const body = Buffer.from(text);
  if (!fault.notUtf8) return body;
  const at = body.indexOf('"summary":"') + '"summary":"'.length;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xe4, 0xb8]), body.subarray(at)]);
}

/** Another ciphertext of the same length under the old signature. */
function swapped(body: Buffer): Buffer {
  const at = body.indexOf('"ciphertext":"') + '"ciphertext":"'.length;
  const other = Buffer.from(body);
  other[at] = other[at] === 0x41 ? 0x42 : 0x41;
  return other;
}
