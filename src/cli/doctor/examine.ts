import { checkApp } from './app/check-app.js';
import { checkApiKeys } from './checks/api-keys.js';
import { checkClientCertificate } from './checks/client-certificate.js';
import { checkDomains, JS_DOMAIN, OAUTH_DOMAIN } from './checks/domains.js';
import { checkH5Domains } from './checks/h5-domains.js';
import { checkCertificate, checkPrivateKey } from './checks/merchant-key.js';
import { checkNotifyUrl } from './checks/notify-url.js';
import { checkPayDirectories } from './checks/pay-directories.js';
import { checkPlatformKeys } from './checks/platform-keys.js';
import type { Facts, V3Facts } from './facts.js';
import { error, type Finding } from './finding.js';

/**
 * Checks everything that is known about a shop, without the network.
 *
 * @param now Unix milliseconds
 */
export function examine(facts: Facts, now: number): Finding[] {
  const { appid, mchid, notifyUrls, v3, v2, app } = facts;
  return [
    ...numberFindings('appid', appid, /^wx[0-9a-f]{16}$/, 'wx and 16 hex digits'),
    ...numberFindings('mchid', mchid, /^\d{8,10}$/, '8 to 10 digits'),
    ...(v3 ? credentialFindings(v3, mchid, now) : []),
    ...checkApiKeys(v3, v2),
    ...(v2 ? checkClientCertificate(v2, mchid) : []),
    ...[...new Set(notifyUrls)].flatMap(checkNotifyUrl),
    ...settingFindings(facts),
    ...(app ? checkApp(app, facts) : []),
  ];
}

function numberFindings(subject: string, value: string | undefined, form: RegExp, wanted: string): Finding[] {
  if (value === undefined || form.test(value)) return [];
  return [error(subject, `it is not ${wanted}`, 'WeChat answers that it does not exist.', `Copy it from the console.`)];
}

function credentialFindings(v3: V3Facts, mchid: string | undefined, now: number): Finding[] {
  const { key, findings } = checkPrivateKey(v3);
  return [
    ...findings,
    ...checkCertificate(v3, { key, mchid, now }),
    // Whoever gives only an APIv3 key asks about nothing else.
    ...(v3.privateKey === undefined && v3.platformKeys === undefined ? [] : checkPlatformKeys(v3, key, now)),
  ];
}

function settingFindings({ origin, pages, settings }: Facts): Finding[] {
  const { oauthDomains, jsDomains, payDirectories, h5Domains } = settings;
  const legal = pages.filter((page) => URL.canParse(page));
  const wrong = pages
    .filter((page) => !URL.canParse(page))
    .map((page) =>
      error(
        'page',
        `${page} is no address`,
        'It cannot be compared with the settings.',
        'Give a whole address such as https://shop.example/pay.',
      ),
    );
  const own = origin !== undefined && URL.canParse(origin) ? [origin] : [];
  return [
    ...wrong,
    ...(oauthDomains ? checkDomains(OAUTH_DOMAIN, oauthDomains, own.length > 0 ? own : legal) : []),
    ...(jsDomains ? checkDomains(JS_DOMAIN, jsDomains, [...new Set([...own, ...legal])]) : []),
    ...(payDirectories ? checkPayDirectories(payDirectories, legal) : []),
    ...(h5Domains ? checkH5Domains(h5Domains, own[0]) : []),
  ];
}
