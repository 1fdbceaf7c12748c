import type { HeadersDistinct, Notice, Wxpay } from 'koa-wxpay';

/** The notice of a notification that is one. */
export async function readNotice(wxpay: Wxpay, body: Buffer, headers: HeadersDistinct): Promise<Notice> {
  const read = await wxpay.readNotification(body, headers);
  if ('ignored' in read) throw new Error('the notification is neither a payment nor a refund');
  return read.notice;
}
