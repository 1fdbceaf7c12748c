import { createHash } from 'node:crypto';

/** A person with WeChat on the phone. */
export interface Person {
  id: string;
  name: string;
  /** The same for every account. */
  unionid: string;
  /**
   * The money in fen that the person can pay with.
   *
   * @default enough for everything
   */
  balance?: number;
  /** The id of this person for one account. It is the same at every start. */
  openid(appid: string): string;
}

/** `o` and 27 characters, as WeChat's openids and unionids. */
export const virtualId = (...parts: readonly string[]): string =>
  `o${createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 27)}`;

/** The facts of a person that `createSimulator` takes. */
export interface PersonOptions {
  /** Names the person in the simulator. */
  id: string;
  /** @default the id */
  name?: string;
  /**
   * The same for every account.
   *
   * @default made from the id
   */
  unionid?: string;
  /**
   * The id of this person for some accounts: `{ wx0123456789abcdef: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }`.
   *
   * @default made from the id and the appid
   */
  openids?: Readonly<Record<string, string>>;
  /**
   * The money in fen that the person can pay with.
   *
   * @default enough for everything
   */
  balance?: number;
}

export function createPerson({ id, name = id, openids = {}, ...options }: PersonOptions): Person {
  const known = new Map(Object.entries(openids));
  return {
    id,
    name,
    unionid: options.unionid ?? virtualId('unionid', id),
    ...(options.balance !== undefined && { balance: options.balance }),
    openid: (appid) => {
      const openid = known.get(appid) ?? virtualId('openid', id, appid);
      known.set(appid, openid);
      return openid;
    },
  };
}

/** Finds the person whom an account knows by this openid. */
export const findPerson = (
  people: ReadonlyMap<string, Person>,
  appid: string,
  openid: string,
): Person | undefined => [...people.values()].find((person) => person.openid(appid) === openid);
