/** A WeChat with one trade bill, which it never holds: the hash is made in a first pass, the lines again as they are asked for. */
import { createHash, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

const HEADINGS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUM_HEADINGS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

const line = (n) =>
  `\`2026-01-31 10:34:56,\`wx0123456789abcdef,\`1900000109,\`0,\`,\`42000000002026013${String(n).padStart(11, '0')},\`SHOP${String(n).padStart(10, '0')},\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`19.90,\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`一碗面,\`,\`0.11000,\`0.60%,\`19.90,\`0.00,\`\r\n`;

/** The bill in pieces of a thousand lines. */
function* pieces(size) {
  yield `\ufeff${HEADINGS}\r\n`;
  for (let n = 0; n < size; n += 1_000) {
    let piece = '';
    for (let m = n; m < Math.min(size, n + 1_000); m++) piece += line(m);
    yield piece;
  }
  yield `${SUM_HEADINGS}\r\n\`${size},\`19.90,\`0.00,\`0.00,\`0.11,\`19.90,\`0.00\r\n`;
}

process.once('message', ({ size, packing, serial, privateKey }) => {
  const hash = createHash('sha1');
  let bytes = 0;
  for (const piece of pieces(size)) {
    hash.update(piece);
    bytes += Buffer.byteLength(piece);
  }
  const hash_value = hash.digest('hex');
  const server = createServer((request, response) => {
    if (request.url.startsWith('/v3/bill/')) {
      const address = `http://${request.headers.host}/v3/billdownload/file?token=abc`;
      answer(response, JSON.stringify({ hash_type: 'SHA1', hash_value, download_url: address }));
      return;
    }
    const text = Readable.from(pieces(size));
    (packing === 'GZIP' ? text.pipe(createGzip({ level: 1 })) : text).pipe(response);
  });

  function answer(response, body) {
    const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString('hex')];
    response.writeHead(200, {
      'content-type': 'application/json',
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': serial,
      'wechatpay-signature': sign('sha256', `${timestamp}\n${nonce}\n${body}\n`, privateKey).toString('base64'),
    });
    response.end(body);
  }
  server.listen(0, '127.0.0.1', () => {
    process.send({ port: server.address().port, megabytes: Math.round(bytes / 2 ** 20) });
  });
});
process.once('disconnect', () => process.exit());
