import { createHash } from 'node:crypto';

/** A person with WeChat on the phone. */
export interface Person {
  id: string;
  name: string;
  /** The same for every account. */
  unionid: string;
  /** The id of this person for one account. It is the same at every start. */
  openid(appid: string): string;
}

/** `o` and 27 characters, as WeChat's openids and unionids. */
export const virtualId = (...parts: readonly string[]): string =>
  `o${createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 27)}`;

export function createPerson(id: string, name: string): Person {
  const openids = new Map<string, string>();
  return {
    id,
    name,
    unionid: virtualId('unionid', id),
    openid: (appid) => {
      const openid = openids.get(appid) ?? virtualId('openid', id, appid);
      openids.set(appid, openid);
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
