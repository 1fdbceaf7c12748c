/** Where a request is wrong. It is sent only with `PARAM_ERROR` and `INVALID_REQUEST`. */
export interface Detail {
  /** A JSON pointer into the body, or the name of a parameter. */
  field: string;
  value?: unknown;
  issue: string;
  location: 'body' | 'url' | 'query';
}

/** Ends a request with an error answer. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: Detail | undefined;

  constructor(status: number, code: string, message: string, detail?: Detail) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** @throws {Refused} */
export function refuse(status: number, code: string, message: string, detail?: Detail): never {
  throw new Refused(status, code, message, detail);
}
