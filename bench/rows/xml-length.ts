import { readXml } from '../../src/core/v2/xml/read.js';
import { compareSizes } from '../measuring/growth.js';
import type { Comparison, Measure } from '../row.js';

const wrap = (inner: string): string => `<xml><return_code><![CDATA[SUCCESS]]></return_code>${inner}</xml>`;
const fill = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

function manyFields(length: number): string {
  const value = 'x'.repeat(Math.max(1, Math.floor(length / 150) - 22));
  return wrap(Array.from({ length: 150 }, (_, n) => `<f${n}><![CDATA[${value}]]></f${n}>`).join(''));
}

/** Messages of about the given length: genuine ones, and those that are made to take long. */
const MESSAGES: Readonly<Record<string, (length: number) => string>> = {
  'one long attach': (length) => wrap(`<attach><![CDATA[${fill('a table of noodles, ', length)}]]></attach>`),
  '150 fields': manyFields,
  'predefined entities': (length) => wrap(`<attach>${'&amp;'.repeat(length / 5)}</attach>`),
  'too many fields': (length) => wrap(Array.from({ length: length / 16 }, (_, n) => `<a${n}>1</a${n}>`).join('')),
  'nested elements': (length) => `<xml>${'<a>'.repeat(length / 7)}${'</a>'.repeat(length / 7)}</xml>`,
  'elements never closed': (length) => `<xml>${'<a>'.repeat(length / 3)}`,
  'CDATA never closed': (length) => wrap(`<a>${fill('<![CDATA[', length)}</a>`),
  'many small CDATA': (length) => wrap(`<attach>${'<![CDATA[x]]>'.repeat(length / 13)}</attach>`),
  'less-than signs': (length) => '<'.repeat(length),
  ampersands: (length) => wrap(`<a>${'&'.repeat(length)}</a>`),
  'blanks in a tag': (length) => `<xml${' '.repeat(length)}`,
  'blanks in a declaration': (length) => `<?xml version="1.0"${' '.repeat(length)}`,
  'a DOCTYPE with entities': (length) => `<!DOCTYPE xml [${fill('<!ENTITY a "&b;&b;">', length)}]><xml></xml>`,
  'a name without end': (length) => `<${'a'.repeat(length)}`,
  'brackets in CDATA': (length) => wrap(`<a><![CDATA[${']'.repeat(length)}]]></a>`),
};

/** wxNotify reads 128 KiB at most. From that length on Node's UTF-8 decoder allocates in another way, at once 0.6 ms slower. */
const SIZES = [15, 120];

/** The XML reader by the length of its input, genuine and hostile. */
export const measure: Measure = async (effort) => {
  const comparisons: Comparison[] = [];
  for (const [kind, make] of Object.entries(MESSAGES)) {
    const sizes = SIZES.map((size) => {
      const message = Buffer.from(make(size * 1_024));
      return { size, run: () => readOrRefuse(message) };
    });
    comparisons.push(...(await compareSizes(`readXml: ${kind}`, 'KiB', sizes, effort)));
  }
  return { comparisons };
};

function readOrRefuse(message: Buffer): void {
  try {
    readXml(message);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_WXPAY_BAD_XML') throw error;
  }
}
