import type { Readable } from 'node:stream';
import type { ApiQuery } from '../../core/other-apis/query.js';
import type { SignTypeV2 } from '../../core/v2/sign.js';

/** The HTTP method of a request to API v3. */
export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What `request` takes beyond method and path. */
export interface ApiRequestOptions {
  /** Parameters of the query. `undefined` and `null` are left out; a list repeats the name. */
  query?: ApiQuery;
  /** Sent as JSON; not with GET. */
  body?: object;
  /** Once it is aborted, no answer is waited for. What was sent may be done all the same. */
  signal?: AbortSignal;
  /** Further headers such as `Accept-Language`. Those that sign, verify and describe the message are set by the client. */
  headers?: Readonly<Record<string, string>>;
  /** The `serial` that `encrypt` returned for the ciphertexts in the body: sent as `Wechatpay-Serial`. */
  encryptedFor?: string;
}

/** An answer that WeChat Pay signed. */
export interface ApiAnswer<Data = unknown> {
  /** 200, 204 or another 2xx. */
  status: number;
  /** What the answer says in JSON; `undefined` where it is empty. Its form is not checked. */
  data: Data;
  /** WeChat's `Request-ID`, which its support asks for. */
  requestId: string | undefined;
}

/** A file to upload: its path, its bytes, or a stream of them. */
export type UploadFile = string | Uint8Array | AsyncIterable<Uint8Array>;

/** What `upload` takes beyond the file. */
export interface UploadOptions {
  /** Once it is aborted, no answer is waited for. What was sent may be done all the same. */
  signal?: AbortSignal;
}

/** The part `meta` of an upload, which is what is signed. */
export interface UploadMeta {
  /** Its ending tells what the file is: `.jpg`, `.png`, `.bmp`, `.mp4`. @default the name of the file that a path names */
  filename?: string;
  /** Computed from the file; one that is given must be that of the file. */
  sha256?: string;
  [field: string]: unknown;
}

/** What `download` takes beyond the address. */
export interface DownloadOptions {
  /** As WeChat gave it with the address. @default 'SHA1' */
  hash_type?: string;
  /** As WeChat gave it with the address, in hex. @default none is checked */
  hash_value?: string;
  /** Once it is aborted, no answer is waited for. What was sent may be done all the same. */
  signal?: AbortSignal;
}

/** A text sealed for WeChat Pay. */
export interface Encrypted {
  /** Names the key: what `request` takes as `encryptedFor`. */
  serial: string;
  /** Base64. */
  ciphertext: string;
}

/** What `encrypt` takes beyond the text. */
export interface EncryptOptions {
  /** The serial that a field of the same request is encrypted for already. @default the key that WeChat recommends */
  serial?: string;
}

/** Every API of v3 that has no method of its own. */
export interface OtherApisV3 {
  /**
   * Any API of `/v3/…`, signed; resolves to its answer, verified. Nothing but a GET is ever sent twice: after a
   * {@link TransportError} or a {@link VerificationError} ask WeChat what became of it, or repeat it with the same numbers where
   * the API takes them as the same request.
   *
   * @param path begins with `/v3/`; values in it are encoded with `encodeURIComponent`
   * @throws {TypeError} and nothing is sent: a path that is none or leads elsewhere, a body that JSON cannot carry, a header that
   * is set by the client, an `encryptedFor` that no key has
   * @throws {ApiError} `ERR_WXPAY_API` WeChat refused: `wechatCode`, `detail`, `requestId`
   * @throws {TransportError} `ERR_WXPAY_TRANSPORT` no answer; with `notSent` it certainly was not done
   * @throws {VerificationError} (502) an answer that WeChat did not sign
   * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` (502) a signed answer that is not JSON
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012081709
   * @example
   * const { data } = await wxpay.request<{ state: string }>('POST', '/v3/profitsharing/orders/unfreeze', {
   *   body: { transaction_id, out_order_no: 'U0001', description: 'unfreeze' },
   * });
   */
  request<Data = unknown>(method: ApiMethod, path: string, options?: ApiRequestOptions): Promise<ApiAnswer<Data>>;
  /**
   * Uploads an image or a video. It is sent once. The digest comes before the file, so a path is read twice, never into memory;
   * a stream is collected first, 16 MiB at most.
   *
   * @param path such as `/v3/merchant/media/upload`
   * @param file a path, the bytes, or a stream of them
   * @throws {TypeError} and nothing is sent: as `request`, or a file or a name that cannot be sent
   * @throws {ApiError} {@link TransportError} {@link VerificationError} as `request`
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012760432
   * @example
   * const { data } = await wxpay.upload<{ media_id: string }>('/v3/merchant/media/upload', 'licence.jpg');
   */
  upload<Data = unknown>(
    path: string,
    file: UploadFile,
    meta?: UploadMeta,
    options?: UploadOptions,
  ): Promise<ApiAnswer<Data>>;
  /**
   * Downloads a file: a stream that ends only if the hash is the one that WeChat gave, and is destroyed with an error otherwise.
   * Files travel unsigned: without `hash_value` nothing but TLS says that this is the file.
   *
   * @param address a path `/v3/…`, or a `download_url` as WeChat gave it
   * @throws {TypeError} and nothing is sent: an address that is not WeChat Pay's
   * @throws {ApiError} {@link TransportError} as `request`
   * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` from the stream: the hash differs
   * @example
   * const { data } = await wxpay.request<{ download_url: string; hash_type: string; hash_value: string }>(
   *   'GET', '/v3/profitsharing/bills', { query: { bill_date: '2026-01-31' } });
   * const { download_url, hash_type, hash_value } = data;
   * await pipeline(await wxpay.download(download_url, { hash_type, hash_value }), createWriteStream('shares.csv'));
   */
  download(address: string, options?: DownloadOptions): Promise<Readable>;
  /**
   * Seals a sensitive field (a name, a card number) for WeChat Pay: RSA-OAEP with its public key, or with the certificate that
   * took effect last.
   *
   * @param text at most 214 bytes of UTF-8 under a key of 2048 bits
   * @throws {TypeError} an empty or a longer text, or a serial that no key has
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053264
   * @example
   * const { serial, ciphertext } = await wxpay.encrypt('张三');
   * await wxpay.request('POST', '/v3/fund-app/mch-transfer/transfer-bills', {
   *   encryptedFor: serial,
   *   body: { ...transfer, user_name: ciphertext },
   * });
   */
  encrypt(text: string, options?: EncryptOptions): Promise<Encrypted>;
  /**
   * Opens a field that WeChat sealed for this merchant's certificate. Whoever has the certificate can seal one: the field is as
   * true as the signed answer it came in.
   *
   * @param ciphertext base64, as it came
   * @throws {WxpayError} `ERR_WXPAY_DECRYPT_FAILED` (502) sealed for another certificate, or changed
   */
  decrypt(ciphertext: string): string;
}

/** What `requestV2` takes beyond path and fields. */
export interface RequestV2Options {
  /** Shows the client certificate (`v2.clientPfx`, or `v2.clientCertificate`), where the API asks for it. @default false */
  certificate?: boolean;
  /** @default `v2.signType` of the merchant */
  signType?: SignTypeV2;
  /**
   * Accepts an answer without a signature from an API that is not known to leave it out. One that is there is verified all the
   * same.
   *
   * @default false
   */
  acceptUnsigned?: boolean;
  /** Once it is aborted, no answer is waited for. What was sent may be done all the same. */
  signal?: AbortSignal;
}

/** An answer of API v2 whose `return_code` and `result_code` are SUCCESS. */
export interface AnswerV2 {
  /** Every field as it came. */
  data: Readonly<Record<string, string>>;
  /** `false`: WeChat does not sign the answers of this API, so that only TLS vouches for it. */
  signed: boolean;
}

/** Every API of v2 that has no method of its own. */
export interface OtherApisV2 {
  /**
   * Any API that exists in v2 only (red packets, contracts), signed; resolves to its answer, verified where WeChat signs it.
   * Nothing is ever sent twice: after a {@link TransportError} or a {@link VerificationError} ask WeChat what became of it, or
   * repeat it with the same numbers.
   *
   * `appid`, `mch_id`, `nonce_str` and the signature are added (in partner mode `sub_appid` and `sub_mch_id` too). Where the API
   * has other names for them (`wxappid`, `mch_appid`, `mchid`), give those; `undefined` leaves a field out. The answer must be
   * flat: `/mmpaymkttransfers/gethbinfo` nests what it says about a packet that was received, and is refused then.
   *
   * @throws {TypeError} and nothing is sent: a path that is none, a field that XML cannot carry, no certificate where one is asked
   * for
   * @throws {ApiError} `ERR_WXPAY_API` WeChat refused: `wechatCode` is its `err_code`
   * @throws {TransportError} `ERR_WXPAY_TRANSPORT` no answer; with `notSent` it certainly was not done
   * @throws {VerificationError} (502) a signature that is wrong or missing, or an answer for another merchant
   * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` (502) not a message of API v2
   * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
   * @example
   * const { data } = await wxpay.requestV2('/mmpaymkttransfers/sendredpack', {
   *   wxappid: wxpay.appid, mch_billno: 'P0001', send_name: '茶铺', re_openid: openid, total_amount: 100, total_num: 1,
   *   wishing: '恭喜发财', client_ip: '203.0.113.7', act_name: '新年', remark: '-',
   * }, { certificate: true });
   */
  requestV2(
    path: string,
    fields: Readonly<Record<string, string | number | undefined>>,
    options?: RequestV2Options,
  ): Promise<AnswerV2>;
}

/** Everything that WeChat Pay offers and that has no method of its own. */
export type OtherApis = OtherApisV3 & OtherApisV2;
