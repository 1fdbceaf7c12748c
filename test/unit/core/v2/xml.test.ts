import { describe, expect, test } from '@jest/globals';
import { readXml } from '../../../../src/core/v2/xml/read.js';
import { writeXml } from '../../../../src/core/v2/xml/write.js';

const fields = (text: string | Uint8Array): Record<string, string> => Object.fromEntries(readXml(text));

describe('what WeChat Pay really sends is read', () => {
  test('the sample of the unified order page: CDATA and bare text, line breaks between fields', () => {
    // https://pay.weixin.qq.com/doc/v2/merchant/4011936530
    const sample = `<xml>
   <return_code><![CDATA[SUCCESS]]></return_code>
   <return_msg><![CDATA[OK]]></return_msg>
   <appid><![CDATA[wx2421b1c4370ec43b]]></appid>
   <mch_id><![CDATA[10000100]]></mch_id>
   <nonce_str><![CDATA[IITRi8Iabbblz1Jc]]></nonce_str>
   <openid><![CDATA[oUpF8uMuAJO_M2pxb1Q9zNjWeS6o]]></openid>
   <sign><![CDATA[7921E432F65EB8ED0CE9755F0E86D72F]]></sign>
   <result_code><![CDATA[SUCCESS]]></result_code>
   <prepay_id><![CDATA[wx201411101639507cbf6ffd8b0779950874]]></prepay_id>
   <trade_type><![CDATA[JSAPI]]></trade_type>
</xml>`;
    expect(fields(sample)).toEqual({
      return_code: 'SUCCESS',
      return_msg: 'OK',
      appid: 'wx2421b1c4370ec43b',
      mch_id: '10000100',
      nonce_str: 'IITRi8Iabbblz1Jc',
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      sign: '7921E432F65EB8ED0CE9755F0E86D72F',
      result_code: 'SUCCESS',
      prepay_id: 'wx201411101639507cbf6ffd8b0779950874',
      trade_type: 'JSAPI',
    });
  });

  test.each([
    ['an XML declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<xml><a>1</a></xml>\n', { a: '1' }],
    ['a byte order mark', new TextEncoder().encode('\ufeff<xml><a>1</a></xml>'), { a: '1' }],
    ['no field', '<xml></xml>', {}],
    ['an empty field', '<xml><a></a><b/><c><![CDATA[]]></c></xml>', { a: '', b: '', c: '' }],
    ['blanks of a value', '<xml><a> 1 </a><b><![CDATA[ x]]></b></xml>', { a: ' 1 ', b: ' x' }],
    [
      'a value that looks like a number',
      '<xml><a>007</a><b>1e2</b><c>0x64</c></xml>',
      { a: '007', b: '1e2', c: '0x64' },
    ],
    ['text and CDATA, joined', '<xml><a>1<![CDATA[2]]>3</a></xml>', { a: '123' }],
    ['a CDATA end inside a value', '<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>', { a: 'x]]>y' }],
    ['mark-up inside CDATA', '<xml><a><![CDATA[<!DOCTYPE x>&xxe;<b>]]></a></xml>', { a: '<!DOCTYPE x>&xxe;<b>' }],
    ['the five predefined entities, once', '<xml><a>&lt;&gt;&amp;&quot;&apos;&amp;lt;</a></xml>', { a: `<>&"'&lt;` }],
    ['a name of 64 characters', `<xml><${'a'.repeat(64)}>1</${'a'.repeat(64)}></xml>`, { ['a'.repeat(64)]: '1' }],
  ])('%s', (_, text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  test.each<[string, (name: string) => string]>([
    ['with values', (name) => `<${name}>1</${name}>`],
    ['that are empty', (name) => `<${name}/>`],
  ])('200 fields %s', (_, field) => {
    const names = Array.from({ length: 200 }, (_, n) => `f${n}`);
    expect(Object.keys(fields(`<xml>${names.map(field).join('')}</xml>`))).toEqual(names);
    expect(() => readXml(`<xml>${[...names, 'f200'].map(field).join('')}</xml>`)).toThrow('more than 200 fields');
  });
});

describe('what a signature over fields cannot speak for is refused', () => {
  const many = Array.from({ length: 201 }, (_, n) => `<f${n}>1</f${n}>`).join('');
  test.each([
    ['nothing at all', ''],
    ['text that is no XML', 'hello'],
    ['JSON', '{"a":1}'],
    ['a document that ends too early', '<xml><a>1</a>'],
    ['a value that ends too early', '<xml><a>1'],
    ['CDATA without an end', '<xml><a><![CDATA[1</a></xml>'],
    ['tags that do not match', '<xml><a>1</b></xml>'],
    ['another root', '<root><a>1</a></root>'],
    ['two roots', '<xml><a>1</a></xml><xml></xml>'],
    ['text after the root', '<xml><a>1</a></xml>x'],
    ['text before the root', 'x<xml><a>1</a></xml>'],
    ['text between fields', '<xml>t<a>1</a></xml>'],
    ['CDATA between fields', '<xml><![CDATA[t]]><a>1</a></xml>'],
    ['a field twice', '<xml><a>1</a><a>1</a></xml>'],
    ['an element inside a field', '<xml><a><b>1</b></a></xml>'],
    ['an attribute', '<xml><a x="1">1</a></xml>'],
    ['an attribute of the root', '<xml v="1"><a>1</a></xml>'],
    ['a namespace', '<xml><n:a>1</n:a></xml>'],
    ['a comment', '<xml><!-- x --><a>1</a></xml>'],
    ['a processing instruction', '<xml><?php x ?><a>1</a></xml>'],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><xml></xml>'],
    ['a declaration of another encoding', '<?xml version="1.0" encoding="GBK"?><xml></xml>'],
    ['a blank before the declaration', ' <?xml version="1.0"?><xml></xml>'],
    ['a DOCTYPE', '<!DOCTYPE xml><xml></xml>'],
    ['a doctype in small letters', '<!doctype xml><xml></xml>'],
    ['an external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>'],
    ['an entity bomb', '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>'],
    ['an undeclared entity', '<xml><a>&nbsp;</a></xml>'],
    ['a character reference', '<xml><a>&#49;</a></xml>'],
    ['a bare &', '<xml><a>1 & 2</a></xml>'],
    ['NUL', '<xml><a>1\u0000</a></xml>'],
    ['a control character inside CDATA', '<xml><a><![CDATA[\u0008]]></a></xml>'],
    ['__proto__', '<xml><__proto__>1</__proto__></xml>'],
    ['a name that starts with a digit', '<xml><1a>1</1a></xml>'],
    ['a name of 65 characters', `<xml><${'a'.repeat(65)}>1</${'a'.repeat(65)}></xml>`],
    ['201 fields', `<xml>${many}</xml>`],
  ])('%s', (_, text) => {
    expect(() => readXml(text)).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_BAD_XML' }));
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('<xml><a>'), Buffer.from([0xb4, 0xba]), Buffer.from('</a></xml>')]);
    expect(() => readXml(bytes)).toThrow(/UTF-8/);
  });
});

describe('writing', () => {
  test('strings travel in CDATA, numbers bare, in the order given', () => {
    const text = writeXml([
      ['body', '茶 & <b>'],
      ['total_fee', 100],
    ]);
    expect(text).toBe('<xml><body><![CDATA[茶 & <b>]]></body><total_fee>100</total_fee></xml>');
  });

  test('a CDATA end inside a value is split', () => {
    expect(writeXml([['a', ']]>']])).toBe('<xml><a><![CDATA[]]]]><![CDATA[>]]></a></xml>');
  });

  test.each([
    ['a carriage return', 'a', 'x\ry'],
    ['a control character', 'a', '\u0001'],
    ['half a character', 'a', '\ud83d'],
    ['a fraction', 'a', 0.1],
    ['more than a safe integer', 'a', 2 ** 53],
    ['a name that is none', 'a b', 'x'],
  ])('%s is refused', (_, name, value) => {
    expect(() => writeXml([[name, value]])).toThrow(TypeError);
  });
});
