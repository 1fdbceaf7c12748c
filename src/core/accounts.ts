import { isAbsent } from '../util/absent.js';

/** The accounts (official accounts, mini programs, apps) that take payments for one merchant number. */
export interface Accounts {
  /** The default. */
  appid: string;
  /** All of them, the default first. @default `appid` alone */
  appids?: readonly string[] | undefined;
  /** In partner mode: the default account of the shop that is served. */
  sub_appid?: string | undefined;
  /** All of its accounts, the default first. @default `sub_appid` alone */
  sub_appids?: readonly string[] | undefined;
}

/** The account that takes one payment. */
export interface Account {
  appid: string;
  sub_appid: string | undefined;
}

/** What an order says about its account. */
interface Chosen {
  appid?: string | null | undefined;
  sub_appid?: string | null | undefined;
}

export const appidsOf = ({ appid, appids = [appid] }: Accounts): readonly string[] => appids;

export const subAppidsOf = ({ sub_appid, sub_appids }: Accounts): readonly string[] =>
  sub_appids ?? (sub_appid === undefined ? [] : [sub_appid]);

/** The account that an order chooses, the default one where it chooses none. */
export const accountOf = (accounts: Accounts, { appid, sub_appid }: Chosen): Account => ({
  appid: isAbsent(appid) ? accounts.appid : appid,
  sub_appid: isAbsent(sub_appid) ? accounts.sub_appid : sub_appid,
});

/** The appid that owns the payer's openid, and therefore signs for the page. */
export const payingAppid = ({ appid, sub_appid }: Pick<Accounts, 'appid' | 'sub_appid'>): string => sub_appid ?? appid;
