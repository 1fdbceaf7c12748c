import type { NotificationReplies } from '../reply.js';

/**
 * API v3 reads the status; the body of a refusal is shown on the merchant platform.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 */
export const REPLIES_V3: NotificationReplies = {
  acknowledged: { status: 204 },
  refused: (status) => ({ status, type: 'application/json', body: '{"code":"FAIL","message":"失败"}' }),
};
