/** Decodes pairs of bytes once, to find out how GBK writes a character. */
let gbkTable: Map<string, Buffer> | undefined;

function gbk(): Map<string, Buffer> {
  if (gbkTable) return gbkTable;
  gbkTable = new Map();
  const decoder = new TextDecoder('gbk');
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const bytes = Buffer.from([high, low]);
      const character = decoder.decode(bytes);
      if (character.length === 1 && character !== '\ufffd') gbkTable.set(character, bytes);
    }
  }
  return gbkTable;
}

const encodeGbk = (text: string): Buffer =>
  Buffer.concat([...text].map((one) => (one < '\u0080' ? Buffer.from(one) : (gbk().get(one) ?? Buffer.from('?')))));

/** The bytes of a text in encodings other than UTF-8 that programs use by mistake; none for a text of ASCII. */
export function otherEncodings(text: string): readonly (readonly [name: string, bytes: Buffer])[] {
  if (!/[\u0080-\uffff]/.test(text)) return [];
  return [
    ['GBK', encodeGbk(text)],
    ['ISO-8859-1', Buffer.from(text.replace(/[\u0100-\u{10ffff}]/gu, '?'), 'latin1')],
    ['US-ASCII', Buffer.from(text.replace(/[\u0080-\u{10ffff}]/gu, '?'))],
    ['UTF-8 of UTF-8', Buffer.from(Buffer.from(text).toString('latin1'))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
  ];
}
