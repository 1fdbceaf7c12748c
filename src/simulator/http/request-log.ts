/** One request to a host of WeChat. */
export interface RequestRecord {
  /** Counts from 1. */
  id: number;
  /** When it arrived: Unix milliseconds on the simulator's clock. */
  at: number;
  method: string;
  /** The path, without the query. */
  path: string;
  /** The merchant who signed the request, once that is known. */
  mchid?: string;
  /** The status of the answer; absent when the connection was reset. */
  status?: number;
  /** WeChat's error code, for example `SIGN_ERROR`, `ORDERNOTEXIST` or `40029`. */
  code?: string;
  /** WeChat's error message. */
  message?: string;
  /** Real milliseconds until the answer was ready. */
  duration?: number;
  /** What the simulator has to say about the request, for example that it does not simulate it. */
  notes: string[];
}

const LONGEST = 1000;

/** The latest requests to the hosts of WeChat, newest last. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  #count = 0;

  /** Adds a record, and drops the oldest one when there are too many. */
  add(facts: Pick<RequestRecord, 'at' | 'method' | 'path'>): RequestRecord {
    const record = { id: ++this.#count, ...facts, notes: [] };
    this.records.push(record);
    if (this.records.length > LONGEST) this.records.shift();
    return record;
  }
}
