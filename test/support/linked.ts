import { expect } from '@jest/globals';

const LINK = '; see https://github\\.com/koa-wxpay/koa-wxpay/blob/main/docs/errors\\.md#err_wxpay_\\w+';

/** Matches the message of an error of this package: exactly this text, followed by the link of its page. */
export const linked = (text: string) =>
  expect.stringMatching(new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}${LINK}$`)) as unknown as string;
