import { lines } from '../../../core/v3/message.js';
import type { Merchant } from '../../accounts/merchant.js';
import { sealGcm } from '../../crypto/seal.js';
import type {
  EventContent,
  Message,
  Notification,
  NotificationSignature,
} from '../../deliveries/notification.js';
import { letters } from '../../random.js';
import type { NotifyFault } from '../../scenarios/notify-faults.js';
import { shopTime } from '../../signing/shop-time.js';
import { notificationSigner, type Signed, signMessage } from '../../signing/v3.js';
import type { SimulatorState } from '../../state.js';
import { withFaultyFields, withOtherCiphertext, writeEvent } from './faulty-event.js';
import { v3Time } from './transaction.js';

const FOREIGN_KEY = 'f'.repeat(32);

/** What a notification is about. */
export interface Event {
  kind: 'v3.payment' | 'v3.refund' | 'v3.event';
  url: string;
  out_trade_no?: string;
  event_type: string;
  summary: string;
  original_type: string;
  resource: Record<string, unknown>;
}

/** The notification of an event. */
export function eventNotification(
  { clock, random }: SimulatorState,
  { mchid }: Merchant,
  { kind, url, out_trade_no, ...event }: Event,
): Notification {
  return {
    id: uuidOf(random(16)),
    kind,
    url,
    mchid,
    ...(out_trade_no !== undefined && { out_trade_no }),
    content: { ...event, nonce: letters(random, 12), create_time: v3Time(clock.now()) },
  };
}

/**
 * Writes one attempt. Retries have the same id and ciphertext, and a timestamp, a nonce and a
 * signature of their own.
 */
export function composeEvent(
  state: SimulatorState,
  merchant: Merchant,
  { id, content }: { id: string; content: EventContent },
  fault: NotifyFault,
): Message {
  const decrypted = JSON.stringify(withFaultyFields(content.resource, fault));
  const body = bodyOf(merchant, { id, content }, decrypted, fault);
  const { wrongSignature: badSignature = false, missingSign } = fault;
  const signer = notificationSigner(state.switches.v3, merchant, fault.otherKeyType);
  const signing = { now: shopTime(state), random: state.random };
  const signed = signMessage(signing, signer, body, { ...fault, badSignature });
  const headers = { ...signed.headers };
  if (missingSign) delete headers['Wechatpay-Signature'];
  const travelling = fault.tampered ? withOtherCiphertext(body) : body;
  const signature = missingSign ? undefined : signatureOf(signed, travelling);
  return {
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      Accept: '*/*',
      Pragma: 'no-cache',
      'User-Agent': 'Mozilla/4.0',
    },
    body: travelling,
    decrypted,
    ...(signature && { signature }),
  };
}

function bodyOf(
  merchant: Merchant,
  { id, content }: { id: string; content: EventContent },
  plaintext: string,
  fault: NotifyFault,
): Buffer {
  const { event_type, summary, original_type, nonce, create_time } = content;
  const key = Buffer.from(fault.wrongApiV3Key ? FOREIGN_KEY : merchant.apiV3Key);
  const ciphertext = sealGcm(key, nonce, original_type, plaintext).toString('base64');
  const event = {
    id,
    create_time,
    resource_type: 'encrypt-resource',
    event_type,
    summary,
    resource: {
      original_type,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext,
      associated_data: original_type,
      nonce,
    },
    ...(fault.huge !== undefined && { padding: 'x'.repeat(fault.huge) }),
  };
  return writeEvent(event, fault);
}

function signatureOf({ signature: made }: Signed, body: Buffer): NotificationSignature | undefined {
  if (!made) return undefined;
  const { serial, message, signature } = made;
  const [timestamp = '', nonce = ''] = message.split('\n');
  return {
    scheme: 'WECHATPAY2-SHA256-RSA2048',
    serial,
    signed: message,
    received: lines(timestamp, nonce, body.toString()),
    signature,
  };
}

/** A UUID of version 4 from 16 random bytes. */
function uuidOf(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
