import { ApiError, WxpayError } from '../errors.js';
import { FieldFault, isObject, type JsonObject, looseText } from '../json.js';
import type { ApiMeaning } from '../meanings.js';

/**
 * Reads an answer of `api.weixin.qq.com`: JSON whatever its content type, a refusal by its `errcode` whatever its status.
 *
 * @param read what the answer must hold; throws {@link FieldFault}
 */
export function readAnswer<T>(operation: string, body: Buffer, read: (answer: JsonObject) => T): T {
  const answer = parseJson(operation, body);
  const { errcode } = answer;
  if (Number.isSafeInteger(errcode) && errcode !== 0) {
    const meaning = meaningOf(errcode as number);
    const text = looseText(answer, 'errmsg') ?? '';
    throw new ApiError(operation, { status: 200, wechatCode: `${errcode}`, text, meaning });
  }
  try {
    return read(answer);
  } catch (error) {
    throw error instanceof FieldFault ? badAnswer(`${operation}: ${error.message}`) : error;
  }
}

/** WeChat prints names and cities as they are, raw control characters included, which JSON allows in escaped form only. */
const escapeControls = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"/gs, (text) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON does not allow
    text.replace(/[\u0000-\u001f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );

/** The parser's own error is left behind: it quotes the text, and the text can hold a token. */
function parseJson(operation: string, body: Buffer): JsonObject {
  let answer: unknown;
  try {
    answer = JSON.parse(escapeControls(body.toString()));
  } catch {
    throw badAnswer(`${operation}: the answer is not JSON`);
  }
  if (!isObject(answer)) throw badAnswer(`${operation}: the answer is not a JSON object`);
  return answer;
}

export const badAnswer = (message: string): WxpayError =>
  new WxpayError('ERR_WXPAY_BAD_ANSWER', message, { status: 502 });

function meaningOf(errcode: number): ApiMeaning {
  if (errcode === -1) return 'unknown_outcome';
  return errcode === 45009 || errcode === 45011 ? 'too_frequent' : 'other';
}
