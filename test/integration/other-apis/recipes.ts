import type { OtherNotice, Wxpay } from 'koa-wxpay';

// The code of docs/other-apis.md, word for word: a test compares the two.

export async function shareProfit(wxpay: Wxpay, appid: string, transaction_id: string, out_order_no: string) {
  const receivers = [{ type: 'MERCHANT_ID', account: '1900000110', amount: 100, description: '门店分成' }];
  const { data } = await wxpay.request<{ order_id: string; state: string }>('POST', '/v3/profitsharing/orders', {
    body: { appid, transaction_id, out_order_no, receivers, unfreeze_unsplit: false },
  });
  return data;
}

export async function unfreeze(wxpay: Wxpay, transaction_id: string, out_order_no: string) {
  await wxpay.request('POST', '/v3/profitsharing/orders/unfreeze', {
    body: { transaction_id, out_order_no, description: '解冻全部剩余资金' },
  });
}

export async function transfer(
  wxpay: Wxpay,
  bill: { out_bill_no: string; openid: string; amount: number },
  name: string,
) {
  const { serial, ciphertext } = await wxpay.encrypt(name);
  const { data } = await wxpay.request<{ state: string; package_info?: string }>(
    'POST',
    '/v3/fund-app/mch-transfer/transfer-bills',
    {
      body: {
        appid: wxpay.appid,
        out_bill_no: bill.out_bill_no,
        openid: bill.openid,
        user_name: ciphertext,
        transfer_amount: bill.amount,
        transfer_scene_id: '1000',
        transfer_remark: '活动奖励',
        transfer_scene_report_infos: [
          { info_type: '活动名称', info_content: '新会员有礼' },
          { info_type: '奖励说明', info_content: '注册会员抽奖一等奖' },
        ],
        notify_url: 'https://shop.example/wxpay/notify',
      },
      encryptedFor: serial,
    },
  );
  return data; // package_info opens the page on which the user confirms
}

/** Give it as `fulfilOther`, with your database behind `setState`. */
export const transferEnded =
  (setState: (out_bill_no: string, state: string) => Promise<void>) =>
  async ({ event_type, resource }: OtherNotice): Promise<void> => {
    if (event_type !== 'MCHTRANSFER.BILL.FINISHED') return;
    const { out_bill_no, state } = resource as { out_bill_no: string; state: string };
    await setState(out_bill_no, state); // SUCCESS, FAIL or CANCELLED
  };

export async function combinedOrder(wxpay: Wxpay, combine_out_trade_no: string, openid: string) {
  const order = (out_trade_no: string, total_amount: number) => ({
    mchid: wxpay.mchid,
    out_trade_no,
    description: '茶叶',
    attach: 'shop',
    amount: { total_amount, currency: 'CNY' },
  });
  const { data } = await wxpay.request<{ prepay_id: string }>('POST', '/v3/combine-transactions/jsapi', {
    body: {
      combine_appid: wxpay.appid,
      combine_mchid: wxpay.mchid,
      combine_out_trade_no,
      combine_payer_info: { openid },
      sub_orders: [order('SHOP00A11', 100), order('SHOP00A12', 200)],
      notify_url: 'https://shop.example/wxpay/notify',
    },
  });
  return wxpay.jsapiParams(data.prepay_id);
}

export async function complaints(wxpay: Wxpay, begin_date: string, end_date: string) {
  const { data } = await wxpay.request<{ data: { complaint_id: string; payer_phone?: string }[] }>(
    'GET',
    '/v3/merchant-service/complaints-v2',
    { query: { begin_date, end_date, limit: 50, offset: 0 } },
  );
  return data.data.map(({ complaint_id, payer_phone }) => ({
    complaint_id,
    phone: payer_phone && wxpay.decrypt(payer_phone),
  }));
}

export async function answerComplaint(wxpay: Wxpay, complaint_id: string, picture: Buffer) {
  const { data } = await wxpay.upload<{ media_id: string }>('/v3/merchant-service/images/upload', picture, {
    filename: 'parcel.jpg',
  });
  await wxpay.request('POST', `/v3/merchant-service/complaints-v2/${complaint_id}/response`, {
    body: { complainted_mchid: wxpay.mchid, response_content: '已补发', response_images: [data.media_id] },
  });
}

export async function complaintImage(wxpay: Wxpay, media_id: string) {
  return wxpay.download(`/v3/merchant-service/images/${encodeURIComponent(media_id)}`);
}
