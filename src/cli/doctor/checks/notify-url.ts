import { isIpAddress } from '../../../util/ip-address.js';
import { error, type Finding, ok, warning } from '../finding.js';

const SUBJECT = 'notify_url';
const PRIVATE = /^(?:localhost|.*\.local|.*\.internal|.*\.test|.*\.localhost)$/i;

/** Whether WeChat Pay accepts and can reach an address for notifications. */
export function checkNotifyUrl(address: string): Finding[] {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return [
      error(
        SUBJECT,
        `${address} is no address`,
        'WeChat Pay refuses the order.',
        'Give an absolute https address such as https://shop.example/wxpay/notify.',
      ),
    ];
  }
  const url = new URL(address);
  const findings = [...formFindings(address, url), ...hostFindings(address, url)];
  return findings.length > 0 ? findings : [ok(SUBJECT, `${address} is legal`)];
}

function formFindings(address: string, url: URL): Finding[] {
  const found: Finding[] = [];
  if (url.protocol !== 'https:') {
    found.push(
      error(
        SUBJECT,
        `${address} is plain http`,
        'WeChat Pay requires https for public names, and anyone on the way could read the notification.',
        'Serve it over https.',
      ),
    );
  }
  if (/[?#]/.test(address)) {
    found.push(
      error(
        SUBJECT,
        `${address} has a query or a fragment`,
        'WeChat Pay refuses the order or drops the query.',
        'Put what the query says into the path.',
      ),
    );
  }
  if (url.username || url.password) {
    found.push(
      error(
        SUBJECT,
        'the address contains a user or a password',
        'It is stored with every order.',
        'Leave them out: notifications are authenticated by their signature.',
      ),
    );
  }
  if (address.length > 255) {
    found.push(
      error(
        SUBJECT,
        `it has ${address.length} characters`,
        'WeChat Pay allows 255 (256 in API v2).',
        'Use a shorter path.',
      ),
    );
  }
  return found;
}

function hostFindings(address: string, { hostname, port }: URL): Finding[] {
  const found: Finding[] = [];
  const isAddress = isIpAddress(hostname.replace(/^\[|\]$/g, ''));
  if (isAddress || PRIVATE.test(hostname) || !hostname.includes('.')) {
    found.push(
      error(
        SUBJECT,
        `${hostname} is ${isAddress ? 'an IP address' : 'a name of this machine or network'}`,
        'WeChat Pay calls public host names only: no notification will arrive.',
        'Use the public host name. Towards a simulator on this machine any address works.',
      ),
    );
  }
  if (port !== '') {
    found.push(
      warning(
        SUBJECT,
        `${address} names the port ${port}`,
        'WeChat Pay does not document ports, and firewalls in between may only let 443 pass.',
        'Serve notifications on port 443, behind a proxy if need be.',
      ),
    );
  }
  return found;
}
