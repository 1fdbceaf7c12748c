import type { Clock } from '../clock.js';

/** What is known about the signature of a request. */
export interface RequestSignature {
  /** `WECHATPAY2-SHA256-RSA2048`, `MD5` or `HMAC-SHA256`. */
  scheme: string;
  /** The text that a correct signature of this request covers, made from what arrived. */
  message: string;
  /** The signature that arrived. */
  signature: string;
  /** v2: the signature that is right. */
  expected?: string;
  /** v3: what else `Authorization` says. */
  authorization?: { mchid: string; serial_no: string; nonce_str: string; timestamp: string };
  valid: boolean;
}

/** What signs an answer of API v3. */
export interface AnswerSignature {
  serial: string;
  /** The text that was signed. */
  message: string;
  signature: string;
}

/** The answer to a request. */
export interface RecordedAnswer {
  status: number;
  /** Names and values, in the order in which they were set. */
  headers: readonly (readonly [name: string, value: string])[];
  /** Absent when it was streamed. At most the first 256 KiB. */
  body?: Buffer;
  /** The bytes of the whole body. */
  size?: number;
  signature?: AnswerSignature;
}

/** One request to a host of WeChat. */
export interface RequestRecord {
  /** `r1`, `r2`, … */
  id: string;
  /** When it arrived: Unix milliseconds on the simulator's clock. */
  at: number;
  /** The same on the real clock. */
  realAt: number;
  method: string;
  /** The path, without the query. */
  path: string;
  /** The path and the query, as they arrived. */
  url: string;
  /** The `host:port` that the client asked for. */
  host: string;
  /** Names and values, as they arrived. */
  headers: readonly (readonly [name: string, value: string])[];
  /** At most the first 256 KiB. */
  body: Buffer;
  /** The bytes of the whole body. */
  size: number;
  /** The merchant who signed the request, once that is known. */
  mchid?: string;
  /** The order it is about, once that is known. */
  out_trade_no?: string;
  signature?: RequestSignature;
  /** The status of the answer; absent when the connection was reset. */
  status?: number;
  /** WeChat's error code, for example `SIGN_ERROR`, `ORDERNOTEXIST` or `40029`. */
  code?: string;
  /** WeChat's error message. */
  message?: string;
  /** Real milliseconds until the answer was ready. */
  duration?: number;
  answer?: RecordedAnswer;
  /** What the simulator has to say about the request, for example that it does not simulate it. */
  notes: string[];
}

/** What is known about a request when it arrives. */
export type ArrivedRequest = Omit<RequestRecord, 'id' | 'at' | 'realAt' | 'notes'>;

const LONGEST = 1000;
/** How much of a body is kept. */
export const KEPT_BYTES = 256 * 1024;

/** The latest requests to the hosts of WeChat, newest last. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  #count = 0;
  readonly #onDone: (record: RequestRecord) => void;

  /** @param onDone is called when a request was answered */
  constructor(onDone: (record: RequestRecord) => void = () => {}) {
    this.#onDone = onDone;
  }

  /** Adds a record, and drops the oldest one when there are too many. */
  add({ now, real }: Pick<Clock, 'now' | 'real'>, arrived: ArrivedRequest): RequestRecord {
    const id = `r${++this.#count}`;
    const record = { id, at: now(), realAt: real(), ...arrived, notes: [] };
    this.records.push(record);
    if (this.records.length > LONGEST) this.records.shift();
    return record;
  }

  find(id: string): RequestRecord | undefined {
    return this.records.find((record) => record.id === id);
  }

  /** Says that the record of a request is complete. */
  done(record: RequestRecord): void {
    this.#onDone(record);
  }

  clear(): void {
    this.records.length = 0;
  }
}
