import { XMLParser } from 'fast-xml-parser';
import type { Merchant } from '../inputs/merchant.js';
import { paidOf, verifyMd5 } from './floor-v2.js';
import type { Paid } from './work.js';

/**
 * fast-xml-parser as safe as its options make it, the signature and the facts. Around it stand only checks that cost nothing: it
 * takes a DOCTYPE for an error, and knows neither truncated documents nor fields that come twice.
 */
export function bareParser(merchant: Merchant): { name: string; readNotification(body: Buffer): Paid } {
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: false,
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return {
    name: 'bare fast-xml-parser with the MD5',
    readNotification(body) {
      const text = decoder.decode(body);
      if (text.includes('<!DOCTYPE')) throw new Error('a DOCTYPE');
      const { xml } = parser.parse(text) as { xml: Record<string, string> };
      const fields = new Map(Object.entries(xml));
      fields.delete('#text');
      verifyMd5(fields, merchant.v2Key);
      return paidOf(merchant, fields);
    },
  };
}
