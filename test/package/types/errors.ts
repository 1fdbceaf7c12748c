import { ApiError, TransportError, WxpayError } from 'koa-wxpay';

/** A switch over the codes knows them all: one that does not exist is a slip of the pen. */
export function sentence(error: unknown): string | undefined {
  if (!(error instanceof WxpayError)) return undefined;
  switch (error.code) {
    case 'ERR_WXPAY_ORDER_PAID':
    case 'ERR_WXPAY_ORDER_CLOSED':
      return error.code satisfies 'ERR_WXPAY_ORDER_PAID' | 'ERR_WXPAY_ORDER_CLOSED';
    // @ts-expect-error there is no such code
    case 'ERR_WXPAY_ORDER_PAYED':
      return undefined;
    default:
      // @ts-expect-error dealt with above
      return error.code satisfies 'ERR_WXPAY_ORDER_PAID';
  }
}

/** A subclass has one code, and WeChat's own has a name of its own. */
export function details(error: unknown): string | undefined {
  if (error instanceof TransportError) return error.code satisfies 'ERR_WXPAY_TRANSPORT';
  if (!(error instanceof ApiError)) return undefined;
  error.code satisfies 'ERR_WXPAY_API';
  // @ts-expect-error it may be absent
  error.requestId satisfies string;
  return error.wechatCode satisfies string;
}
