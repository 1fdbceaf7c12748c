import type { NotificationReplies } from '../../core/reply.js';
import { REPLIES_V2 } from '../../core/v2/reply.js';
import { checkSignatureHeaders } from '../../core/v3/message.js';
import { REPLIES_V3 } from '../../core/v3/reply.js';

/** Node's `req.headersDistinct`: every header as the list of values that arrived, so that a repeated one is seen. */
export type HeadersDistinct = NodeJS.Dict<string[]>;

/** How notifications of one API version arrive and are answered. It needs no credentials. */
export interface NotificationFormat extends NotificationReplies {
  readonly version: 'v2' | 'v3';
  /**
   * Refuses what the headers alone show to be no notification.
   *
   * @throws {VerificationError} `ERR_WXPAY_BAD_REQUEST`
   */
  checkHeaders(headers: HeadersDistinct): void;
}

/** API v2 carries its signature in the body: its headers say nothing. */
export const FORMAT_V2: NotificationFormat = { version: 'v2', checkHeaders() {}, ...REPLIES_V2 };

export const FORMAT_V3: NotificationFormat = { version: 'v3', checkHeaders: checkSignatureHeaders, ...REPLIES_V3 };

/**
 * Decides which API version a notification is of; nothing else does. The body tells, by its first byte: `<` of XML or `{` of JSON.
 * Before the body is read, and where it is empty, the content type tells.
 */
export function formatOf(headers: HeadersDistinct, body?: Buffer): NotificationFormat {
  if (body?.length) return body[0] === 0x3c ? FORMAT_V2 : FORMAT_V3;
  return namedFormat(headers) ?? FORMAT_V3;
}

/**
 * Checks the headers before the body is read, if the content type names the version. A notification without a content type is
 * read all the same.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_REQUEST`
 */
export const checkNotificationHeaders = (headers: HeadersDistinct): void => namedFormat(headers)?.checkHeaders(headers);

function namedFormat(headers: HeadersDistinct): NotificationFormat | undefined {
  const [type = ''] = headers['content-type'] ?? [];
  if (/xml/i.test(type)) return FORMAT_V2;
  return /^\s*application\/json\s*(?:;|$)/i.test(type) ? FORMAT_V3 : undefined;
}
