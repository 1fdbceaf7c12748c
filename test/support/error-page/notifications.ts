import { createCipheriv, createHash } from 'node:crypto';
import { connect } from 'node:net';
import { koaBody } from 'koa-body';
import { createWxpay, type Order, type Wxpay, WxpayError } from 'koa-wxpay';
import { createSimulator } from 'koa-wxpay/simulator';
import { rawBody } from '../../../src/koa/raw-body.js';
import { apiV3Key, merchantV3, NOW, noticeV3, platform } from '../merchant-v3.js';
import { deliver, envelopeOf } from '../notice-v3.js';
import { contextWith } from '../oauth-context.js';
import { merchant, merchantV2, notice, notifyShop, order, type TestShop } from '../shop.js';
import type { Provocations } from './rows.js';

type Options = Parameters<typeof notifyShop>;

/** The first error of this package that the app of a shop emits after a request. */
export async function emitted(
  options: Options[0],
  around: Options[1],
  send: (shop: TestShop) => unknown,
): Promise<Error> {
  const shop = await notifyShop(options, around);
  try {
    await send(shop);
    const ours = () => shop.errors.find((error) => error instanceof WxpayError);
    while (!ours()) await new Promise(setImmediate);
    return ours() as Error;
  } finally {
    await shop.close();
  }
}

type Sent = { body: string | Buffer; headers: Record<string, string | string[]> };

/** What `readNotification` makes of it. */
export const reading = (wxpay: Wxpay, { body, headers }: Sent) =>
  wxpay.readNotification(
    Buffer.from(body),
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  );

/** A notification of v3 with other headers. */
export const headed = (headers: Record<string, string>) =>
  reading(merchantV3(), { ...noticeV3(), headers: { ...noticeV3().headers, ...headers } });

const sender = { serial: platform.serial, key: platform.privateKey, apiV3Key };
/** Any JSON, signed as WeChat Pay signs. */
export const signed = (envelope: unknown) => reading(merchantV3(), deliver(sender, envelope, NOW));
/** The same, as `post` of a shop takes it. */
export function delivered(envelope: unknown): [body: string, headers: Record<string, string>] {
  const { body, headers } = deliver(sender, envelope, NOW);
  return [String(body), Object.fromEntries(Object.entries(headers).map(([name, [value = '']]) => [name, value]))];
}

const sealedV2 = (fields: Record<string, string | number>, key = merchant.key): string => {
  const plain = `<root>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</root>`;
  const secret = createHash('md5').update(key).digest('hex');
  const cipher = createCipheriv('aes-256-ecb', secret, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
};
export const refundNotice = (req_info: string) => {
  const { appid, mchid } = merchant;
  const fields = { return_code: 'SUCCESS', appid, mch_id: mchid, nonce_str: 'n', req_info };
  const body = `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`;
  return { body, headers: { 'content-type': 'text/xml' } };
};
const REFUND = {
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200001234202601011234567890',
  out_refund_no: 'R1',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  refund_fee: 1990,
  settlement_refund_fee: 1990,
  total_fee: 1990,
  success_time: '2026-01-01 12:00:00',
};

/** A refund notification of v2 at a shop whose WeChat is the simulator, with a payment of its own. */
async function confirmed(changes: (refund: Record<string, string | number>) => Record<string, string | number>) {
  const sim = await createSimulator();
  try {
    const wxpay = createWxpay({
      appid: sim.app.appid,
      mchid: sim.merchant.mchid,
      notifyUrl: 'http://127.0.0.1:9/wxpay/notify',
      baseUrl: sim.url,
      now: sim.clock.now,
      v2: { key: sim.merchant.key },
    });
    await wxpay.native(order());
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    sim.refund('SHOP00A17', 500);
    const [{ out_refund_no, refund_id } = REFUND] = sim.refunds as unknown as (typeof REFUND)[];
    const { transaction_id = '' } = await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' });
    const truth = { ...REFUND, out_refund_no, refund_id, transaction_id, refund_fee: 500, settlement_refund_fee: 500 };
    return await reading(wxpay, refundNotice(sealedV2(changes(truth), sim.merchant.key)));
  } finally {
    await sim.close();
  }
}

const never = new Promise<null>(() => {});
const paidBy = (changes: Partial<Order>) =>
  emitted({ findOrder: async () => order(changes) }, {}, (shop) => shop.post(notice()));

export const notifications: Provocations = {
  ERR_WXPAY_BAD_REQUEST: {
    'a notification is a POST, not …': () => emitted({}, {}, ({ url }) => fetch(url)),
    'a notification has no Content-Encoding': () =>
      emitted({}, {}, (shop) => shop.post(notice(), { 'content-encoding': 'gzip' })),
    'expected one wechatpay-… header, got …': () => reading(merchantV3(), { body: '{}', headers: {} }),
    'expected a nonce of printable ASCII': () => headed({ 'wechatpay-nonce': 'a b' }),
    'the body could not be read: …': () =>
      emitted({}, {}, ({ url }) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
          socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\ncontent-length: 100\r\n\r\n<xml>', () =>
            socket.destroy(),
          );
        });
      }),
  },
  ERR_WXPAY_BODY_TOO_LARGE: {
    'the body is longer than … bytes': () =>
      emitted({}, {}, (shop) => shop.post('x'.repeat(128 * 1024 + 1)).catch(() => {})),
  },
  ERR_WXPAY_BODY_TIMEOUT: {
    'the body did not arrive within … ms': () => rawBody(contextWith(), { limit: 1, timeout: 1 }),
  },
  ERR_WXPAY_RAW_BODY_UNAVAILABLE: {
    'a body parser read the notification and kept no bytes to verify: …': () =>
      emitted({ wxpay: merchantV3() }, { around: (app) => app.use(koaBody()) }, (shop) => shop.post(noticeV3())),
  },
  ERR_WXPAY_STALE: {
    'signed … s ago': () => reading(merchantV3(), noticeV3({ now: NOW - 600_000 })),
    'expected a timestamp of ten digits': () => headed({ 'wechatpay-timestamp': 'yesterday' }),
  },
  ERR_WXPAY_CLOCK_SKEW: {
    "signed … s in the future: check this machine's clock": () =>
      reading(merchantV3(), noticeV3({ now: NOW + 600_000 })),
  },
  ERR_WXPAY_SIGN_PROBE: {
    'WeChat tests whether signatures are verified': () => headed({ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }),
  },
  ERR_WXPAY_BAD_ENVELOPE: {
    'not the envelope of a notification: …': () => signed([]),
    'expected a ciphertext of more than a tag, in base64': () => {
      const envelope = envelopeOf('TRANSACTION.SUCCESS', {}, apiV3Key) as { resource: object };
      return signed({ ...envelope, resource: { ...envelope.resource, ciphertext: 'AAAA' } });
    },
    'the opened resource is not a JSON object': () => signed(envelopeOf('TRANSACTION.SUCCESS', '[]', apiV3Key)),
    'req_info is not blocks of AES in base64': () => reading(merchantV2(), refundNotice('nothing')),
  },
  ERR_WXPAY_DECRYPT_FAILED: {
    'no "apiV3Key" opens the resource': () => signed(envelopeOf('TRANSACTION.SUCCESS', {}, 'x'.repeat(32))),
    'no "v2.key" opens req_info': () => reading(merchantV2(), refundNotice(sealedV2(REFUND, 'k'.repeat(32)))),
  },
  ERR_WXPAY_NOT_A_PAYMENT: {
    '… is not a payment to settle, and there is neither "fulfilOther" nor "onIgnored" to hand it to': () =>
      emitted({ wxpay: merchantV3() }, {}, (shop) => shop.post(noticeV3({ event_type: 'COUPON.USE' }))),
  },
  ERR_WXPAY_BAD_FACTS: {
    'a payment without transaction_id or amount': () =>
      reading(merchantV3(), noticeV3({ resource: { transaction_id: undefined } })),
    '… is malformed': () => reading(merchantV2(), notice({ total_fee: '19.90' })),
    '"…" is missing or malformed': () => reading(merchantV3(), noticeV3({ resource: { amount: { total: '1' } } })),
    'it reports no end of a refund': () =>
      reading(merchantV2(), refundNotice(sealedV2({ ...REFUND, refund_status: 'X' }))),
    'more is refunded than was paid': () =>
      reading(merchantV2(), refundNotice(sealedV2({ ...REFUND, refund_fee: 1991 }))),
    'the refund query knows nothing of this refund': () =>
      confirmed((refund) => ({ ...refund, out_refund_no: 'R404', transaction_id: '4200001234202601011234567899' })),
    'the refund query does not confirm the … of the notification': () =>
      confirmed((refund) => ({ ...refund, refund_fee: 400, settlement_refund_fee: 400 })),
  },
  ERR_WXPAY_UNKNOWN_ORDER: {
    'findOrder knows no order …': () => emitted({ findOrder: async () => null }, {}, (shop) => shop.post(notice())),
  },
  ERR_WXPAY_AMOUNT_MISMATCH: {
    'amount mismatch for order …: findOrder returned … fen …, WeChat reported … fen …': () =>
      paidBy({ amount: { total: 1 } }),
  },
  ERR_WXPAY_SECOND_PAYMENT: {
    'order … is paid by …, and now by … too: refund one': () =>
      paidBy({ state: 'paid', transaction_id: '4200001234202601019999999999' } as Partial<Order>),
  },
  ERR_WXPAY_BUSY: {
    '… is being settled by another copy, or no connection to the store was free': () =>
      emitted({ once: async () => 'busy' }, {}, (shop) => shop.post(notice())),
  },
  ERR_WXPAY_CONFLICT: {
    '… was settled by another payment than …': () =>
      emitted({ once: async () => 'conflict' }, {}, (shop) => shop.post(notice())),
  },
  ERR_WXPAY_DEADLINE: {
    'not settled within … ms of the request': () =>
      emitted({ findOrder: () => never, deadline: 1 }, {}, (shop) => shop.post(notice())),
  },
  ERR_WXPAY_ANSWER_OVERRIDDEN: {
    'HTTP … left instead of …': () =>
      emitted(
        {},
        {
          around: (app) =>
            app.use(async (ctx, next) => {
              await next();
              ctx.body = { code: 0 };
            }),
        },
        (shop) => shop.post(notice()),
      ),
    'HTTP … left before anything was decided': () => {
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const findOrder = () => released.then(() => order());
      return emitted({ findOrder }, { around: (app) => app.use((_, next) => void next()) }, async (shop) => {
        await shop.post(notice());
        release();
      });
    },
  },
  ERR_WXPAY_HANDLER_FAILED: {
    'the handler failed for …: …': () =>
      emitted({}, { handler: () => Promise.reject(new Error('no')) }, (shop) => shop.post(notice())),
    'the handler after wxNotify answered …': () =>
      emitted(
        {},
        {
          handler: (ctx) => {
            ctx.status = 422;
          },
        },
        (shop) => shop.post(notice()),
      ),
    'nothing is mounted after wxNotify': () => emitted({}, { handler: null }, (shop) => shop.post(notice())),
    'a body parser after wxNotify tried to read the body again': () =>
      emitted({}, { handler: koaBody() }, (shop) => shop.post(notice())),
  },
};
