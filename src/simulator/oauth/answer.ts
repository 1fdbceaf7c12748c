import type { SimAnswer, SimRequest } from '../http/types.js';
import { type Errcode, textOf } from '../scenarios/errcodes.js';
import type { WeixinError } from '../scenarios/schemas.js';
import type { SimulatorState } from '../state.js';

/** Ends a request with an error. It is sent with status 200, as every answer of these hosts. */
export class Refused {
  readonly errcode: number;

  constructor(errcode: Errcode) {
    this.errcode = errcode;
  }
}

/** @throws {Refused} */
export const refuse = (errcode: Errcode): never => {
  throw new Refused(errcode);
};

/** A request id such as `rid: 0123abcd-89ef4567-0123cdef`, which WeChat appends to its messages. */
const ridOf = ({ random }: SimulatorState): string => {
  const hex = random(12).toString('hex');
  return `rid: ${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`;
};

/**
 * Answers with the result of `handle`, or with the refusal that it throws. An error that is set for
 * the path takes precedence.
 */
export function answer(
  state: SimulatorState,
  req: SimRequest,
  type: string,
  handle: () => object,
): SimAnswer {
  const reply = (body: object): SimAnswer => ({
    status: 200,
    headers: { 'Content-Type': type, 'Cache-Control': 'no-cache, must-revalidate' },
    body: JSON.stringify(body),
  });
  const refusal = (error: WeixinError): SimAnswer => {
    const { errcode, errmsg } = messageOf(error, req);
    Object.assign(req.record, { code: String(errcode), message: errmsg });
    return reply({ errcode, errmsg: `${errmsg}, ${ridOf(state)}` });
  };
  const { systemError } = req.fault ?? {};
  const forced = systemError === true ? -1 : state.switches.oauth.errors[req.path];
  if (forced !== undefined) return refusal(forced);
  try {
    const body = handle();
    return systemError ? refusal(-1) : reply(body);
  } catch (error) {
    if (error instanceof Refused) return refusal(error.errcode);
    throw error;
  }
}

const messageOf = (error: WeixinError, { remoteAddress }: SimRequest) =>
  typeof error === 'object'
    ? error
    : { errcode: error, errmsg: textOf(error as Errcode, remoteAddress) };
