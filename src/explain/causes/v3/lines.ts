import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes in the string to sign of API v3. */
export const LINES_V3 = {
  'no-final-line-feed': cause(
    'the string that was signed lacks the line feed after its last line',
    'End every line with \\n, the last one (the body) included.',
    '待签名串缺少最后一个换行符',
    '每一行都以 \\n 结尾，包括最后一行（报文主体）。',
  ),
  'extra-final-line-feed': cause(
    'the string that was signed has one line feed too many at its end',
    'End the last line with one \\n.',
    '待签名串末尾多了一个换行符',
    '最后一行只加一个 \\n。',
  ),
  'carriage-returns': cause(
    'the lines that were signed end with \\r\\n',
    'End lines with \\n alone. On Windows, do not use the line separator of the system.',
    '待签名串的换行符是 \\r\\n',
    '请只使用 \\n；在 Windows 上不要使用系统换行符。',
  ),
  'escaped-line-feeds': cause(
    'the lines that were signed are separated by a backslash and an n',
    'Use a real line feed. In PHP and shells "\\n" needs double quotes; in SQL and YAML an escape may stay as it is.',
    '待签名串中的换行是“反斜杠加 n”两个字符',
    '请使用真正的换行符。PHP 中应使用双引号 "\\n"。',
  ),
  'lines-joined': cause(
    'the lines were signed without line feeds between them',
    'End every line with \\n.',
    '待签名串的各行之间没有换行符',
    '每一行都以 \\n 结尾。',
  ),
  'line-order': cause(
    'the lines were signed in another order: $',
    'Sign them in the documented order.',
    '待签名串的行序错误：$',
    '请按文档规定的顺序排列。',
  ),
  'method-case': cause(
    'the method was signed in lower case',
    'Sign the method in capitals, as it travels.',
    '请求方法以小写参与签名',
    '请求方法须为大写，与实际发送一致。',
  ),
  'method-other': cause(
    'the signed method is $, and the request was sent with another one',
    'Sign the method that is sent.',
    '签名时的请求方法是 $，与实际发送的不同',
    '请使用实际发送的请求方法签名。',
  ),
  'path-whole-url': cause(
    'the whole URL was signed in place of the path',
    'Sign path and query only, without scheme and host.',
    '用完整 URL 参与签名，而不是路径',
    '只签路径和查询串，不含协议和域名。',
  ),
  'path-without-query': cause(
    'the path was signed without its query',
    'Sign the query as well, with its question mark.',
    '签名时漏掉了查询串',
    '查询串（含问号）也须参与签名。',
  ),
  'path-encoding': cause(
    'the path was signed in another encoding than it was sent in: $',
    'Encode the URL first, and sign and send the result. HTTP clients turn | into %7C and blanks into %20.',
    '签名的 URL 编码与实际发送的不同：$',
    '请先编码 URL，再用编码后的结果签名和发送。HTTP 客户端会把 | 变成 %7C、空格变成 %20。',
  ),
  'path-other': cause(
    'another path was signed: $',
    'Sign the path that WeChat Pay receives. A base path or a proxy may have changed it.',
    '签名的路径不同：$',
    '请使用微信支付实际收到的路径签名；检查 base URL 和代理是否改写了路径。',
  ),
  'query-order': cause(
    'the query was signed in another order than it was sent in',
    'Sign the query exactly as it is sent.',
    '签名的查询参数顺序与实际发送的不同',
    '查询串须与实际发送的完全一致。',
  ),
  'timestamp-other': cause(
    'another timestamp was signed than was sent: $',
    'Read the clock once for each message, and use the value for the string and for the header.',
    '签名的时间戳与发送的不同：$',
    '每次请求只取一次时间，同时用于待签名串和请求头。',
  ),
  'nonce-other': cause(
    'the nonce was signed differently than it was sent: $',
    'Make the nonce once for each message, and use the value for the string and for the header.',
    '签名的随机串与发送的不同：$',
    '每次请求只生成一次随机串，同时用于待签名串和请求头。',
  ),
} satisfies CauseTexts;
