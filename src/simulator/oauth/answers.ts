import type { SimAnswer, SimRequest } from '../http.js';
import type { World } from '../world.js';

const TEXTS = {
  '-1': 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40030: 'invalid refresh_token',
  40125: 'invalid appsecret',
  40163: 'code been used',
  41001: 'access_token missing',
  41002: 'appid missing',
  41003: 'refresh_token missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41009: 'openid missing',
  42001: 'access_token expired',
  42002: 'refresh_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  45009: 'reach max api daily quota limit',
  47001: 'data format error',
  48001: 'api unauthorized',
} as const;

export type Errcode = -1 | Exclude<keyof typeof TEXTS, '-1'>;

/** A refusal: thrown by what checks, answered with status 200 like everything else of these hosts. */
export class Refusal {
  readonly errcode: number;

  constructor(errcode: Errcode) {
    this.errcode = errcode;
  }
}

export const refuse = (errcode: Errcode): never => {
  throw new Refusal(errcode);
};

const text = (errcode: number): string => (TEXTS as Record<string, string>)[String(errcode)] ?? 'refused';

const rid = (world: World): string => {
  const hex = world.random(12).toString('hex');
  return `rid: ${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`;
};

/** Answers what `read` returns, or the refusal it throws; switched errors go first. */
export function answer(world: World, req: SimRequest, type: string, read: () => object): SimAnswer {
  const reply = (body: object): SimAnswer => ({
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'no-cache, must-revalidate' },
    body: JSON.stringify(body),
  });
  const refused = (errcode: number): SimAnswer => reply({ errcode, errmsg: `${text(errcode)}, ${rid(world)}` });

  const switched = req.fault?.systemError === true ? -1 : world.switches.oauth.errors[req.path];
  if (switched !== undefined) return refused(switched);
  try {
    const body = read();
    return req.fault?.systemError ? refused(-1) : reply(body);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.errcode);
    throw error;
  }
}
