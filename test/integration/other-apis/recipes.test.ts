import { createPublicKey, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Wxpay } from 'koa-wxpay';
import { type EventShop, eventShop } from '../../support/event-shop.js';
import * as recipes from './recipes.js';
import { recorder } from './support.js';

let shop: EventShop;
let wxpay: Wxpay;
let calls: ReturnType<typeof recorder>['calls'];
let recording: ReturnType<typeof recorder>['recording'];
beforeEach(async () => {
  shop = await eventShop();
  ({ wxpay } = shop);
  ({ calls, recording } = recorder());
});
afterEach(() => shop.close());

const bodies = () => calls.map(({ body }) => body);

test.each(['docs/other-apis.md', 'docs/other-apis.zh-CN.md'])('the code of %s is the code that runs here', (page) => {
  const tested = readFileSync('test/integration/other-apis/recipes.ts', 'utf8');
  const pieces = [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) =>
    code.replace(/^import .*\n\n/m, ''),
  );
  expect(pieces).toHaveLength(5);
  for (const piece of pieces) expect(tested).toContain(piece);
});

test('profit is shared, and the rest unfrozen', async () => {
  shop.sim.route('POST', '/v3/profitsharing/orders', recording({ body: { order_id: 'O1', state: 'PROCESSING' } }));
  shop.sim.route('POST', '/v3/profitsharing/orders/unfreeze', recording({ body: { state: 'PROCESSING' } }));
  expect(await recipes.shareProfit(wxpay, wxpay.appid, 'T1', 'P1')).toEqual({ order_id: 'O1', state: 'PROCESSING' });
  await recipes.unfreeze(wxpay, 'T1', 'P2');
  expect(bodies()).toMatchObject([
    { out_order_no: 'P1', receivers: [{ amount: 100 }], unfreeze_unsplit: false },
    { out_order_no: 'P2', description: '解冻全部剩余资金' },
  ]);
});

test('a transfer is sent with a name that only WeChat can read, and its end is told once', async () => {
  const path = '/v3/fund-app/mch-transfer/transfer-bills';
  shop.sim.route('POST', path, recording({ body: { state: 'WAIT_USER_CONFIRM', package_info: 'p' } }));
  const bill = { out_bill_no: 'B1', openid: 'oUpF8uMuAJO', amount: 200_000 };
  expect(await recipes.transfer(wxpay, bill, '张三')).toEqual({ state: 'WAIT_USER_CONFIRM', package_info: 'p' });
  expect(calls[0]?.headers['wechatpay-serial']).toHaveLength(1);
  expect(bodies()).toMatchObject([{ out_bill_no: 'B1', user_name: expect.stringMatching(/^[\w+/=]{344}$/) }]);

  const ended: string[][] = [];
  const fulfilOther = recipes.transferEnded(async (...state) => void ended.push(state));
  shop.mount({ fulfil: async () => {}, fulfilOther });
  shop.sim.switches.next({ notify: { duplicate: 3 } });
  await shop.sim.sendEvent({
    url: shop.url,
    event_type: 'MCHTRANSFER.BILL.FINISHED',
    original_type: 'mch_payment',
    resource: { mch_id: shop.sim.merchant.mchid, out_bill_no: 'B1', state: 'SUCCESS', transfer_amount: 200_000 },
  });
  await shop.sim.clock.advance(60_000);
  expect([ended, shop.codes]).toEqual([[['B1', 'SUCCESS']], []]);
});

test('a combined order is placed, and the page gets its parameters', async () => {
  shop.sim.route('POST', '/v3/combine-transactions/jsapi', recording({ body: { prepay_id: 'wx1' } }));
  const params = await recipes.combinedOrder(wxpay, 'COMBINED1', 'oUpF8uMuAJO');
  expect(params).toMatchObject({ appId: wxpay.appid, package: 'prepay_id=wx1', signType: 'RSA' });
  expect(bodies()).toMatchObject([
    { combine_out_trade_no: 'COMBINED1', sub_orders: [{}, { out_trade_no: 'SHOP00A12' }] },
  ]);
});

test('complaints are listed with the phone number opened, answered with a picture, and their images fetched', async () => {
  const key = createPublicKey(shop.sim.merchant.v3.privateKey);
  const payer_phone = publicEncrypt(key, Buffer.from('13800138000')).toString('base64');
  const data = [{ complaint_id: 'C1', payer_phone }, { complaint_id: 'C2' }];
  shop.sim.route('GET', '/v3/merchant-service/complaints-v2', recording({ body: { data } }));
  shop.sim.route('POST', '/v3/merchant-service/images/upload', recording({ body: { media_id: 'M1' } }));
  shop.sim.route('POST', '/v3/merchant-service/complaints-v2/{complaint_id}/response', recording({ status: 204 }));
  shop.sim.route('GET', '/v3/merchant-service/images/{media_id}', recording({ body: Buffer.from('picture') }));

  expect(await recipes.complaints(wxpay, '2026-01-01', '2026-01-02')).toEqual([
    { complaint_id: 'C1', phone: '13800138000' },
    { complaint_id: 'C2', phone: undefined },
  ]);
  await recipes.answerComplaint(wxpay, 'C1', Buffer.from('jpg'));
  const image = await recipes.complaintImage(wxpay, 'M1+=');
  expect(Buffer.concat(await image.toArray()).toString()).toBe('picture');
  expect(bodies()).toMatchObject([{}, { filename: 'parcel.jpg' }, { response_images: ['M1'] }, {}]);
});
