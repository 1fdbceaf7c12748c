import { isIpAddress } from '../../../util/ip-address.js';
import { error, type Finding, ok, warning } from '../finding.js';

/** A setting of the official account that names hosts. */
interface DomainSetting {
  subject: string;
  /** What people see when it is wrong. */
  symptom: string;
  most: number;
}

export const OAUTH_DOMAIN: DomainSetting = {
  subject: '网页授权域名',
  symptom: 'WeChat shows 10003 "redirect_uri 参数错误", and the login never returns.',
  most: 2,
};

export const JS_DOMAIN: DomainSetting = {
  subject: 'JS接口安全域名',
  symptom: 'wx.config fails with "config:invalid url domain".',
  most: 5,
};

const HOST_OR_PATH = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w./-]*)?$/i;

/**
 * Whether the values of such a setting have the documented form and cover the addresses that need them.
 *
 * @param needed addresses of pages
 */
export function checkDomains(setting: DomainSetting, values: readonly string[], needed: readonly string[]): Finding[] {
  const { subject, symptom, most } = setting;
  const findings = values.flatMap((value) => formFindings(setting, value));
  if (values.length > most) {
    findings.push(
      warning(
        subject,
        `${values.length} values are given`,
        `WeChat takes at most ${most}.`,
        'Serve the pages from fewer hosts.',
      ),
    );
  }
  for (const address of needed) {
    if (values.some((value) => covers(value, address))) continue;
    const { host } = new URL(address);
    const near = values.find((value) => host.endsWith(`.${value}`) || value.endsWith(`.${host}`));
    const hint = near === undefined ? '' : ` (${near} does not include it: sub-domains are names of their own)`;
    findings.push(
      error(subject, `no value covers ${host}${hint}`, symptom, `Enter exactly ${new URL(address).hostname}.`),
    );
  }
  if (findings.length > 0) return findings;
  return [
    ok(
      subject,
      needed.length > 0 ? `covers ${[...new Set(needed.map(hostOf))].join(', ')}` : 'has the documented form',
    ),
  ];
}

const hostOf = (address: string): string => new URL(address).host;

/** A value is a host, or a host with a path. A port of the address is not part of it. */
function covers(value: string, address: string): boolean {
  const [host = '', ...path] = value.split('/');
  const { hostname, pathname } = new URL(address);
  return host.toLowerCase() === hostname && pathname.startsWith(`/${path.join('/')}`);
}

function formFindings({ subject, symptom }: DomainSetting, value: string): Finding[] {
  const wrong = (what: string, fix: string): Finding[] => [error(subject, `"${value}" ${what}`, symptom, fix)];
  if (/^https?:\/\//i.test(value)) return wrong('has a scheme', 'Enter the host alone, such as shop.example.');
  const host = value.split('/')[0] ?? '';
  if (isIpAddress(host.replace(/:\d+$/, ''))) return wrong('is an IP address', 'Enter a host name with an ICP filing.');
  if (host.includes(':')) return wrong('has a port', 'Enter the host without its port.');
  if (HOST_OR_PATH.test(value)) return [];
  return wrong('is no host name', 'Enter letters, digits, "-" and "." only, such as shop.example.');
}
