import { createPublicKey, verify } from 'node:crypto';
import { axiosPluginV3 } from '../candidates/axios-plugin.js';
import { floorV3 } from '../candidates/floor-v3.js';
import { nodeV3 } from '../candidates/node-v3.js';
import { oursV3 } from '../candidates/ours.js';
import type { RequestV3, WorkV3 } from '../candidates/work.js';
import { createMerchant, type Merchant } from '../inputs/merchant.js';
import { OPENID, orderOf, PREPAY_ID, tradeNo } from '../inputs/order.js';
import { compareOperations, timed } from '../measuring/operations.js';
import { remarksOn } from '../measuring/trial.js';
import type { Measure, Reach } from '../row.js';

const PATH = '/v3/pay/transactions/jsapi';

function works(merchant: Merchant): [WorkV3, WorkV3, WorkV3, WorkV3] {
  return [oursV3(merchant), axiosPluginV3(merchant), nodeV3(merchant), floorV3(merchant)];
}

function isSigned(publicKey: string, text: string, signature: string): boolean {
  return verify('sha256', Buffer.from(text), createPublicKey(publicKey), Buffer.from(signature, 'base64'));
}

/** The `Authorization` header of an order. */
export const authorization: Measure = async (effort) => {
  const merchant = createMerchant();
  const { appid, mchid, notifyUrl: notify_url } = merchant;
  const requests = Array.from({ length: 64 }, (_, n): RequestV3 => {
    const { time_expire, ...order } = orderOf(tradeNo(n));
    return { path: PATH, body: JSON.stringify({ appid, mchid, notify_url, ...order, payer: { openid: OPENID } }) };
  });
  const all = works(merchant);
  const signers = all.map(({ name, authorization }) => ({
    name,
    async read(request: RequestV3) {
      const header = await authorization(request);
      const pairs = Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map((m) => m.slice(1)));
      const text = `POST\n${PATH}\n${pairs.timestamp}\n${pairs.nonce_str}\n${request.body}\n`;
      return isSigned(merchant.publicKey, text, pairs.signature ?? '');
    },
  }));
  const remarks = await remarksOn(signers, requests, {});
  const signing = ({ name, authorization }: WorkV3, reach?: Reach) => timed(name, authorization, requests, reach);
  const [ours, plugin, node, floor] = all;
  const comparisons = await compareOperations(
    'v3 Authorization',
    [signing(ours), signing(plugin, { most: 1 }), signing(node, { most: 1 }), signing(floor, { most: 1.03 })],
    effort,
  );
  return { comparisons, remarks };
};

/** The signed parameters for the page. */
export const page: Measure = async (effort) => {
  const merchant = createMerchant();
  const ids = Array.from({ length: 64 }, (_, n) => `${PREPAY_ID.slice(0, -2)}${n + 10}`);
  const all = works(merchant);
  const makers = all.map(({ name, pageParams }) => ({
    name,
    read(prepay_id: string) {
      const { appId, timeStamp, nonceStr, paySign } = pageParams(prepay_id);
      return isSigned(merchant.publicKey, `${appId}\n${timeStamp}\n${nonceStr}\nprepay_id=${prepay_id}\n`, paySign);
    },
  }));
  const remarks = await remarksOn(makers, ids, {});
  const making = ({ name, pageParams }: WorkV3, reach?: Reach) => timed(name, pageParams, ids, reach);
  const [ours, plugin, node, floor] = all;
  const comparisons = await compareOperations(
    'v3 paySign',
    [making(ours), making(plugin, { most: 1 }), making(node, { most: 1 }), making(floor, { most: 1.03 })],
    effort,
  );
  return { comparisons, remarks };
};
