import { type HeadersDistinct, type Notice, type Wxpay, WxpayError } from 'koa-wxpay';

/** The notice of a notification; one without a notice is an error, as it is where nothing handles other notifications. */
export async function readNotice(wxpay: Wxpay, body: Buffer, headers: HeadersDistinct): Promise<Notice> {
  const read = await wxpay.readNotification(body, headers);
  if (!('notice' in read)) throw new WxpayError('ERR_WXPAY_NOT_A_PAYMENT', 'neither a payment nor a refund');
  return read.notice;
}
