import type { BareRequest } from './read-request.js';
import {
  type ArrivedRequest,
  KEPT_BYTES,
  type RecordedAnswer,
  type RequestRecord,
} from './request-log.js';
import type { SimAnswer } from './types.js';

/** Starts the record of each request, and takes it back when the request was answered. */
export interface Recorder {
  start(req: BareRequest): RequestRecord;
  end(record: RequestRecord): void;
}

/** What a record keeps of a request that arrived. */
export const arrivedRequest = ({ method, path, host, body, raw }: BareRequest): ArrivedRequest => ({
  method,
  path,
  url: raw.url ?? path,
  host,
  headers: pairsOf(raw.rawHeaders),
  body: body.subarray(0, KEPT_BYTES),
  size: body.length,
});

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
}

/** Adds the answer to a record. */
export function recordAnswer(record: RequestRecord, answer: SimAnswer): void {
  if (answer === 'destroy') return void record.notes.push('the connection was reset');
  const { status, headers = {}, body } = answer;
  const recorded: RecordedAnswer = {
    status,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
    ...bodyOf(body),
    ...(answer.signature && { signature: answer.signature }),
  };
  record.status = status;
  record.answer = recorded;
}

function bodyOf(body: Exclude<SimAnswer, 'destroy'>['body']): { body?: Buffer; size?: number } {
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) return {};
  const bytes = Buffer.from(body ?? '');
  return { body: bytes.subarray(0, KEPT_BYTES), size: bytes.length };
}

/** The recorder of a listener whose requests are not logged. */
export const noRecorder: Recorder = {
  start: (req) => unloggedRecord(req),
  end: () => {},
};

/** A record that is in no log. */
export const unloggedRecord = ({ method, path, host }: BareRequest): RequestRecord => ({
  id: '',
  at: 0,
  realAt: 0,
  method,
  path,
  url: path,
  host,
  headers: [],
  body: Buffer.alloc(0),
  size: 0,
  notes: [],
});
