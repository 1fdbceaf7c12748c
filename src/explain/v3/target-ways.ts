import { mistake, right, type Way } from '../search.js';
import { text } from '../text.js';

/** The usual ways to sign the method of a request. */
export const methodWays = (method: string): Way<string>[] => [
  right(method),
  mistake(method.toLowerCase(), 'method-case'),
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    .filter((other) => other !== method)
    .map((other) => mistake(other, 'method-other', other)),
];

const HOSTS = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api.wechatpay.cn', 'api2.wechatpay.cn'];

/**
 * The usual ways to sign the path and query of a request.
 *
 * @param host the host that the request was sent to
 */
export function targetWays(target: string, host: string | undefined): Way<string>[] {
  const [path = '', ...rest] = target.split('?');
  const query = rest.join('?');
  const hosts = host === undefined || HOSTS.includes(host) ? HOSTS : [host, ...HOSTS];
  const ways = [
    right(target),
    ...hosts
      .flatMap((each) => [`https://${each}`, `http://${each}`, each])
      .map((origin) => mistake(origin + target, 'path-whole-url')),
    ...(query === '' ? [] : queryWays(path, query)),
    ...encodingWays(target),
    ...otherPaths(target, path),
  ];
  return ways.filter(({ value }, at) => at === 0 || value !== target);
}

function queryWays(path: string, query: string): Way<string>[] {
  const pairs = query.split('&');
  const ordered = (parts: string[]): Way<string> => mistake(`${path}?${parts.join('&')}`, 'query-order');
  return [
    mistake(path, 'path-without-query'),
    mistake(`${path}${query}`, 'path-other', text('without the question mark', '缺少问号')),
    ordered([...pairs].sort()),
    ordered([...pairs].reverse()),
    ...pairs.map((_, at) =>
      mistake(
        `${path}?${pairs.toSpliced(at, 1).join('&')}`,
        'path-other',
        text(`without ${pairs[at]}`, `缺少 ${pairs[at]}`),
      ),
    ),
  ];
}

function encodingWays(target: string): Way<string>[] {
  const ways: (readonly [way: string, how: ReturnType<typeof text>])[] = [
    [decoded(target), text('not encoded', '未编码')],
    [target.replaceAll('|', '%7C').replaceAll('*', '%2A'), text('with | and * encoded', '对 | 和 * 编码')],
    [target.replaceAll(/%7c/gi, '|').replaceAll(/%2a/gi, '*'), text('with | and * not encoded', '| 和 * 未编码')],
    [target.replaceAll('%20', '+'), text('with + for a blank', '空格写成 +')],
    [target.replaceAll('+', '%20'), text('with %20 for a blank', '空格写成 %20')],
    [encodeURIComponent(target), text('encoded as a whole', '整体编码')],
    [target.replaceAll(/%[0-9A-F]{2}/gi, (code) => code.toLowerCase()), text('with small hex digits', '小写十六进制')],
    [
      target.replaceAll(/%[0-9A-F]{2}/gi, (code) => code.toUpperCase()),
      text('with capital hex digits', '大写十六进制'),
    ],
  ];
  return ways.map(([way, how]) => mistake(way, 'path-encoding', how));
}

function otherPaths(target: string, path: string): Way<string>[] {
  const shorter = ['/v3', ...prefixesOf(path)]
    .filter((prefix) => target.startsWith(`${prefix}/`))
    .map((prefix) => mistake(target.slice(prefix.length), 'path-other', text(`without ${prefix}`, `缺少 ${prefix}`)));
  return [
    ...shorter,
    mistake(`/v3${target}`, 'path-other', text('with /v3 twice', '多了一个 /v3')),
    mistake(target.slice(1), 'path-other', text('without the first slash', '缺少开头的斜杠')),
    mistake(`/${target}`, 'path-other', text('with a slash too many at its start', '开头多了一个斜杠')),
    mistake(`${path}/${target.slice(path.length)}`, 'path-other', text('with a slash at its end', '末尾多了斜杠')),
    mistake(target.replace(/\/(?=\?|$)/, ''), 'path-other', text('without the slash at its end', '缺少末尾的斜杠')),
    mistake('/', 'path-other', text('only a slash', '只有一个斜杠')),
  ];
}

/** `/a/b/c` has the prefixes `/a` and `/a/b`: what a proxy may have put in front. */
const prefixesOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, at, parts) => `/${parts.slice(0, at + 1).join('/')}`);

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
