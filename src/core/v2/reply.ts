import type { NotificationReplies } from '../reply.js';

/** The document that acknowledges: one line, exactly these bytes. */
export const ACKNOWLEDGED =
  '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>';
const REFUSED = '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>';

/**
 * API v2 reads XML.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export const REPLIES_V2: NotificationReplies = {
  acknowledged: { status: 200, type: 'text/xml', body: ACKNOWLEDGED },
  refused: (status) => ({ status, type: 'text/xml', body: REFUSED }),
};
