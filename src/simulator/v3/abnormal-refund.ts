import { z } from 'zod';
import { openOaep } from '../../core/crypto/rsa.js';
import { completeLater } from '../payments/refund.js';
import { answerSigner } from '../signing/v3.js';
import type { SimulatorState } from '../state.js';
import { serialOf } from './admit.js';
import type { Call, Endpoint } from './endpoint.js';
import { refundAnswer } from './refund-answer.js';
import { REFUNDS_PATH, servedMerchant } from './refunds.js';
import { refuse } from './refusal.js';
import { out_refund_no, text, valid } from './valid.js';

const schema = z.looseObject({
  sub_mchid: text(32).optional(),
  out_refund_no,
  type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
  bank_type: text(16).optional(),
  bank_account: text(1024).optional(),
  real_name: text(1024).optional(),
});

/** `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund` */
export const abnormalRefundEndpoint = (state: SimulatorState): Endpoint => ({
  method: 'POST',
  path: `${REFUNDS_PATH}/{refund_id}/apply-abnormal-refund`,
  userAgent: true,
  run: (call) => {
    const { merchant, params } = call;
    const body = valid(schema, call.body);
    const sub_mchid = servedMerchant(merchant, body.sub_mchid);
    const found = state.refunds.findById(merchant.mchid, params.refund_id ?? '', sub_mchid);
    if (found?.out_refund_no !== body.out_refund_no) {
      return refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
    }
    checkCard(body);
    const account = decrypt(call, body.bank_account);
    decrypt(call, body.real_name);
    if (found.state !== 'ABNORMAL') {
      return refuse(400, 'INVALID_REQUEST', '退款单状态不是退款异常');
    }
    found.account = account ? `银行卡尾号${account.slice(-4)}` : '商户结算银行账户';
    state.refunds.setState(found, 'PROCESSING');
    completeLater(state, found);
    return { body: refundAnswer(found) };
  },
});

function checkCard({ type, bank_type, bank_account, real_name }: z.infer<typeof schema>): void {
  if (type !== 'USER_BANK_CARD' || (bank_type && bank_account && real_name)) return;
  const message = 'type为USER_BANK_CARD时，bank_type、bank_account、real_name必填';
  refuse(400, 'PARAM_ERROR', message);
}

/** Decrypts a field with the platform key that `Wechatpay-Serial` names, which is required here. */
function decrypt({ merchant, req }: Call, ciphertext: string | undefined): string | undefined {
  if (ciphertext === undefined) return undefined;
  const serial = serialOf(req);
  const signer = serial && answerSigner(merchant, serial);
  if (!signer) return refuse(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误');
  try {
    return openOaep(signer.privateKey, ciphertext);
  } catch {
    return refuse(400, 'PARAM_ERROR', '敏感信息字段解密失败，请检查加密方式');
  }
}
