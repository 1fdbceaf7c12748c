/** Time of the XML reader by length of its input, genuine and hostile: linear means that twice the length takes twice the time. */
import { readXml } from '../dist/core/v2/xml.js';
import { machine, table } from './print.js';

/** wxNotify reads 128 KiB at most; twice that shows where the line leads. */
const KIB = [1, 4, 16, 64, 128, 256];
const wrap = (inner) => `<xml><return_code><![CDATA[SUCCESS]]></return_code>${inner}</xml>`;
const fill = (piece, length) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** Each gives about so many bytes. */
const INPUTS = {
  'genuine: one long attach': (length) => wrap(`<attach><![CDATA[${fill('a table of noodles, ', length)}]]></attach>`),
  'genuine: 150 fields': (length) => {
    const each = Math.floor(length / 150);
    return wrap(
      Array.from({ length: 150 }, (_, n) => `<f${n}><![CDATA[${'x'.repeat(Math.max(1, each - 22))}]]></f${n}>`).join(
        '',
      ),
    );
  },
  'predefined entities': (length) => wrap(`<attach>${'&amp;'.repeat(length / 5)}</attach>`),
  'many fields': (length) => wrap(Array.from({ length: length / 16 }, (_, n) => `<a${n}>1</a${n}>`).join('')),
  'nested elements': (length) => `<xml>${'<a>'.repeat(length / 7)}${'</a>'.repeat(length / 7)}</xml>`,
  'elements never closed': (length) => `<xml>${'<a>'.repeat(length / 3)}`,
  'CDATA never closed': (length) => wrap(`<a>${fill('<![CDATA[', length)}</a>`),
  'many small CDATA': (length) => wrap(`<attach>${'<![CDATA[x]]>'.repeat(length / 13)}</attach>`),
  'less-than signs': (length) => '<'.repeat(length),
  ampersands: (length) => wrap(`<a>${'&'.repeat(length)}</a>`),
  'blanks in a tag': (length) => `<xml${' '.repeat(length)}`,
  'blanks in a declaration': (length) => `<?xml version="1.0"${' '.repeat(length)}`,
  'DOCTYPE with entities': (length) => `<!DOCTYPE xml [${fill('<!ENTITY a "&b;&b;">', length)}]><xml></xml>`,
  'a name without end': (length) => `<${'a'.repeat(length)}`,
  'brackets in CDATA': (length) => wrap(`<a><![CDATA[${']'.repeat(length)}]]></a>`),
};

/** Microseconds of processor, the best of several: the machine has other work too. */
function time(message) {
  let best = Number.POSITIVE_INFINITY;
  const until = performance.now() + 150;
  for (let runs = 0; runs < 15 || performance.now() < until; runs++) {
    const begun = process.cpuUsage();
    try {
      readXml(message);
    } catch (error) {
      if (error.code !== 'ERR_WXPAY_BAD_XML') throw error;
    }
    const { user, system } = process.cpuUsage(begun);
    best = Math.min(best, user + system);
  }
  return best;
}

const rows = Object.entries(INPUTS).map(([name, make]) => {
  const times = KIB.map((kib) => time(Buffer.from(make(kib * 1_024))));
  return [name, ...times.map((each) => String(each)), (times.at(-1) / times.at(-2)).toFixed(1)];
});
console.log(`\nreadXml, microseconds of processor, best of many; ${machine()}`);
table(['input', ...KIB.map((kib) => `${kib} KiB`), '256 / 128'], rows);
console.log(
  'From 128 KiB on, Node’s UTF-8 decoder alone takes some 0.6 ms more: it allocates its output in another way.',
);
