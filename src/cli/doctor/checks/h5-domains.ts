import { error, type Finding, ok } from '../finding.js';

const SUBJECT = 'H5 支付域名';

/** Whether the host of the shop's pages may lead to an H5 payment. */
export function checkH5Domains(domains: readonly string[], origin: string | undefined): Finding[] {
  const findings = domains
    .filter((domain) => /[:/]/.test(domain))
    .map((domain) =>
      error(SUBJECT, `"${domain}" is more than a host`, WHY, 'Enter the host alone, such as shop.example.'),
    );
  // Not parsed: the setting is compared with regard to case, and parsing would make the host lower case.
  const host = origin?.replace(/^https?:\/\//, '').replace(/[:/].*$/s, '');
  if (host !== undefined && !domains.includes(host)) {
    findings.push(error(SUBJECT, `no value is ${host}`, WHY, `Enter exactly ${host}, in these letters.`));
  }
  if (findings.length > 0) return findings;
  return [ok(SUBJECT, host === undefined ? 'has the documented form' : `covers ${host}`)];
}

const WHY =
  'WeChat compares it with the Referer of the page that opens h5_url, and shows "商家参数格式有误" otherwise.';
