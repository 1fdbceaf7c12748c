import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator } from 'koa-wxpay/simulator';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import { apiV3Key, merchantV3, noticeV3 } from '../merchant-v3.js';
import { envelopeOf } from '../notice-v3.js';
import { merchant, order } from '../shop.js';
import { merchantOf } from '../versions.js';
import { answered, overV2 } from './calls.js';
import { delivered, emitted, signed } from './notifications.js';
import type { Provocations } from './rows.js';

const { appid, mchid } = merchant;
const PATH = '/v3/merchant/media/upload';

/** The notification of one payment for these orders. */
const combined = (...numbers: string[]) => {
  const sub_orders = numbers.map((out_trade_no, n) => ({
    mchid,
    out_trade_no,
    trade_state: 'SUCCESS',
    transaction_id: `420000123420260101123456789${n}`,
    amount: { total_amount: 1990, currency: 'CNY' },
  }));
  const resource = { combine_appid: appid, combine_mchid: mchid, combine_out_trade_no: 'COMBINED1', sub_orders };
  return envelopeOf('TRANSACTION.SUCCESS', resource, apiV3Key);
};

/** Uploads a file that is written again between its digest and its sending: when the request asks for its nonce. */
async function changedFile(): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-errors-'));
  const path = join(folder, 'licence.jpg');
  const sim = await createSimulator();
  const write = (text: string) => writeFileSync(path, text);
  try {
    write('old');
    const nonce = () => {
      write('new');
      return 'x'.repeat(32);
    };
    return await merchantOf(sim, 'v3', { nonce }).upload(PATH, path);
  } finally {
    await sim.close();
    rmSync(folder, { recursive: true });
  }
}

export const otherApis: Provocations = {
  ERR_WXPAY_BAD_FACTS: {
    'a combined order with an order twice': () => signed(combined('SHOP00A17', 'SHOP00A17')),
  },
  ERR_WXPAY_ORDER_INVALID: {
    'appid mismatch for order …: findOrder returned …, WeChat reported …': () =>
      emitted(
        {
          wxpay: merchantV3({ appid: [appid, 'wx89abcdef01234567'] }),
          findOrder: async () => order({ appid: 'wx89abcdef01234567' }),
        },
        {},
        (shop) => shop.post(noticeV3()),
      ),
  },
  ERR_WXPAY_HANDLER_FAILED: {
    'a combined order of … orders needs "fulfil"': () =>
      emitted({ wxpay: merchantV3() }, {}, (shop) => shop.post(...delivered(combined('SHOP00A17', 'SHOP00A18')))),
  },
  ERR_WXPAY_DECRYPT_FAILED: {
    'the ciphertext does not open with "v3.privateKey": …': () => merchantV3().decrypt('bm90aGluZw=='),
  },
  ERR_WXPAY_BAD_SIGNATURE: {
    'the answer to … has no signature': () =>
      answered(
        { by: false, body: writeXml(new Map([['return_code', 'SUCCESS']])) },
        (wxpay) => wxpay.requestV2('/secapi/pay/profitsharing', {}),
        overV2,
      ),
  },
  ERR_WXPAY_TRANSPORT: {
    "…: the caller's signal was aborted": () => merchantV3().request('GET', PATH, { signal: AbortSignal.abort() }),
    '…: the file changed while it was being sent': changedFile,
  },
  ERR_WXPAY_BAD_ANSWER: {
    '…: the file is not the one that WeChat described: its … differs': () =>
      answered({ by: false, body: 'another file' }, async (wxpay) => {
        const file = await wxpay.download('/v3/billdownload/file', { hash_value: 'a'.repeat(40) });
        for await (const _ of file);
      }),
  },
};
