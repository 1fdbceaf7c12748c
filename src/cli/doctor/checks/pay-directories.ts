import { isIpAddress } from '../../../util/ip-address.js';
import { error, type Finding, ok, warning } from '../finding.js';

const SUBJECT = 'JSAPI 支付授权目录';
const SYMPTOM = 'The cashier shows "当前页面的URL未注册" and does not open.';

/**
 * Whether the pages that pay lie in a directory that is registered with the merchant.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013287088
 */
export function checkPayDirectories(directories: readonly string[], pages: readonly string[]): Finding[] {
  const findings = [...directories.flatMap(formFindings), ...countFindings(directories)];
  for (const page of pages) {
    if (directories.some((directory) => covers(directory, page))) continue;
    findings.push(error(SUBJECT, `no value covers ${page}${reason(directories, page)}`, SYMPTOM, fixFor(page)));
  }
  if (findings.length > 0) return findings;
  return [ok(SUBJECT, pages.length > 0 ? `covers ${pages.join(', ')}` : 'has the documented form')];
}

const countFindings = ({ length }: readonly string[]): Finding[] =>
  length > 5
    ? [
        warning(
          SUBJECT,
          `${length} values are given`,
          'WeChat Pay takes at most 5.',
          'Register the bare host, which covers every path.',
        ),
      ]
    : [];

function formFindings(directory: string): Finding[] {
  const wrong = (what: string, fix: string): Finding[] => [error(SUBJECT, `"${directory}" ${what}`, SYMPTOM, fix)];
  if (!/^https?:\/\//.test(directory))
    return wrong('has no scheme', `Enter https://${directory}, with a slash at its end.`);
  if (!URL.canParse(directory)) return wrong('is no address', 'Enter an address such as https://shop.example/.');
  if (isIpAddress(new URL(directory).hostname.replace(/^\[|\]$/g, '')))
    return wrong('is an IP address', 'Use a host name with an ICP filing.');
  if (/[?#]/.test(directory)) return wrong('has a query or a fragment', 'Enter the directory alone.');
  return directory.endsWith('/') ? [] : wrong('does not end with a slash', `Enter ${directory}/.`);
}

/** Scheme, host and the whole directory must be equal, letter by letter. A bare host covers every path. */
function covers(directory: string, page: string): boolean {
  const { origin, directory: own } = partsOf(page);
  return directory === `${origin}/` || directory === own;
}

/** The text as it is: parsing would make the host lower case. */
function partsOf(page: string): { origin: string; directory: string } {
  const address = page.replace(/[?#].*$/s, '');
  const origin = /^https?:\/\/[^/]+/.exec(address)?.[0] ?? '';
  const directory = address === origin ? `${origin}/` : address.slice(0, address.lastIndexOf('/') + 1);
  return { origin, directory };
}

/** Why the value that is nearest does not cover the page. */
function reason(directories: readonly string[], page: string): string {
  const { origin, directory: own } = partsOf(page);
  for (const directory of directories) {
    if (directory.toLowerCase() === own.toLowerCase()) return ` (${directory} differs in capitals)`;
    if (own.startsWith(directory))
      return ` (${directory} is a directory above it, and only the whole directory or the bare host counts)`;
    if (directory.replace(/^https?:/, '') === own.replace(/^https?:/, '')) return ` (${directory} has another scheme)`;
    if (directory.toLowerCase() === `${origin}/`.toLowerCase()) return ` (${directory} differs in capitals)`;
  }
  return '';
}

const fixFor = (page: string): string => {
  const { origin, directory } = partsOf(page);
  return `Register ${directory}, or ${origin}/ for every page of the host. It takes about five minutes to come into force.`;
};
