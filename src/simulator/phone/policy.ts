/**
 * Widens the Content-Security-Policy of a page. In WeChat, the bridge and the cashier belong to the
 * app and no policy applies to them. Here they are a script of the page, which the policy must
 * allow. The phone may also be shown in a frame.
 */
export function widenPolicy(policy: string): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name]) => name && name.toLowerCase() !== 'frame-ancestors');
  const named = (name: string): string[] | undefined =>
    directives.find(([own]) => own?.toLowerCase() === name);
  for (const name of ['script-src', 'connect-src']) {
    const fallback = named('default-src');
    if (!named(name) && fallback) directives.push([name, ...fallback.slice(1)]);
  }
  return directives.map((directive) => allowSelf(directive).join(' ')).join('; ');
}

function allowSelf([name = '', ...sources]: string[]): string[] {
  if (!/^(script-src|script-src-elem|connect-src)$/i.test(name)) return [name, ...sources];
  const others = sources.filter((source) => source !== "'none'" && source !== "'self'");
  return [name, ...others, "'self'"];
}

/** The nonce by which a policy allows scripts. */
export const nonceIn = (policy: string): string | undefined =>
  /'nonce-([\w+/=-]+)'/.exec(policy)?.[1];
