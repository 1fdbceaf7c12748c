import { sealGcm } from '../../../testing/seal.js';
import type { Merchant } from '../../accounts/merchant.js';
import type { Message, Notification } from '../../deliveries/notification.js';
import { letters } from '../../random.js';
import type { NotifyFault } from '../../scenarios/notify-faults.js';
import { notificationSigner, signatureHeaders } from '../../signing/v3.js';
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

/**
 * The notification of an event. Retries have the same id and ciphertext, and a timestamp, a nonce
 * and a signature of their own.
 */
export function eventNotification(
  state: SimulatorState,
  merchant: Merchant,
  event: Event,
): Notification {
  const { kind, url, out_trade_no, event_type, summary, original_type } = event;
  const id = uuidOf(state.random(16));
  const nonce = letters(state.random, 12);
  const create_time = v3Time(state.clock.now());

  const bodyOf = (fault: NotifyFault): Buffer => {
    const key = Buffer.from(fault.wrongApiV3Key ? FOREIGN_KEY : merchant.apiV3Key);
    const plaintext = JSON.stringify(withFaultyFields(event.resource, fault));
    const ciphertext = sealGcm(key, nonce, original_type, plaintext).toString('base64');
    const resource = {
      original_type,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext,
      associated_data: original_type,
      nonce,
    };
    const padding = fault.huge !== undefined && { padding: 'x'.repeat(fault.huge) };
    return writeEvent(
      {
        id,
        create_time,
        resource_type: 'encrypt-resource',
        event_type,
        summary,
        resource,
        ...padding,
      },
      fault,
    );
  };

  const compose = (fault: NotifyFault): Message => {
    const body = bodyOf(fault);
    const { wrongSignature: badSignature = false, missingSign, tampered } = fault;
    const signer = notificationSigner(state.switches.v3, merchant);
    const headers = signatureHeaders(state, signer, body, { ...fault, badSignature });
    if (missingSign) delete headers['Wechatpay-Signature'];
    return {
      headers: {
        ...headers,
        'Content-Type': 'application/json',
        Accept: '*/*',
        Pragma: 'no-cache',
        'User-Agent': 'Mozilla/4.0',
      },
      body: tampered ? withOtherCiphertext(body) : body,
    };
  };

  const about = out_trade_no === undefined ? {} : { out_trade_no };
  return { id, kind, url, ...about, compose, acknowledges };
}

/** API v3 is acknowledged by the status alone. */
const acknowledges = (status: number): boolean => status === 200 || status === 204;

/** A UUID of version 4 from 16 random bytes. */
function uuidOf(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
