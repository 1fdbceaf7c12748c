import { type MiniProgramLogin, readCodeToSession } from '../../core/oauth/mini-program.js';
import type { Account } from './account.js';
import { exchangeCode } from './exchange-code.js';

/** Exchanges a code of `wx.login()` for the user of the mini program it stands for; throws as {@link exchangeCode} does. */
export const codeToSession = (account: Account, js_code: string): Promise<MiniProgramLogin> =>
  exchangeCode(account, { operation: 'sns/jscode2session', code: { js_code }, read: readCodeToSession });
