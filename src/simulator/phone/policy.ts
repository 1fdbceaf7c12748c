/**
 * WeChat draws its bridge and its cashier itself, whatever the page's Content-Security-Policy says. Here they are a script
 * of the page, so the policy is widened by exactly that, and the phone may stand in a frame.
 */
export function widenPolicy(policy: string): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name]) => name && name.toLowerCase() !== 'frame-ancestors');
  const named = (name: string): string[] | undefined => directives.find(([own]) => own?.toLowerCase() === name);
  for (const name of ['script-src', 'connect-src']) {
    if (!named(name) && named('default-src')) directives.push([name, ...(named('default-src') ?? []).slice(1)]);
  }
  return directives
    .map(([name = '', ...sources]) =>
      /^(script-src|script-src-elem|connect-src)$/i.test(name)
        ? [name, ...sources.filter((source) => source !== "'none'" && source !== "'self'"), "'self'"]
        : [name, ...sources],
    )
    .map((directive) => directive.join(' '))
    .join('; ');
}

/** The nonce a strict policy lets scripts in by. */
export const nonceIn = (policy: string): string | undefined => /'nonce-([\w+/=-]+)'/.exec(policy)?.[1];
