import { writeXml } from '../../../core/v2/xml/write.js';
import type { NotifyFault } from '../../scenarios/notify-faults.js';
import type { Fields } from '../../signing/v2.js';

/** A key that belongs to no merchant. */
export const FOREIGN_KEY = 'ffffffffffffffffffffffffffffffff';

/** Applies the faults that are signed along with the rest. */
export function withFaultyFields(correct: Fields, fault: NotifyFault): Fields {
  const fields = new Map(correct);
  if (fault.wrongAmount !== undefined) fields.set('total_fee', fault.wrongAmount);
  if (fault.wrongAppid !== undefined) fields.set('appid', fault.wrongAppid);
  if (fault.wrongMchid !== undefined) fields.set('mch_id', fault.wrongMchid);
  if (fault.resultFail) {
    fields.set('result_code', 'FAIL');
    fields.set('err_code', 'SYSTEMERROR').set('err_code_des', '系统错误');
  }
  if (fault.huge !== undefined) fields.set('padding', 'x'.repeat(fault.huge));
  return fields;
}

/** Writes the document, with the faults that concern its form. */
export function writeDocument(fields: Fields, fault: NotifyFault): Buffer {
  if (fault.returnFail) return RETURN_FAIL;
  const body = Buffer.from(writeXml(fields));
  if (fault.xxe) return withDoctype(body);
  if (fault.duplicateElements) {
    const name = fields.has('total_fee') ? 'total_fee' : 'mch_id';
    return Buffer.from(body.toString().replace('</xml>', `<${name}>1</${name}></xml>`));
  }
  return fault.notUtf8 ? withInvalidUtf8(body) : body;
}

const RETURN_FAIL = Buffer.from(
  writeXml([
    ['return_code', 'FAIL'],
    ['return_msg', '系统繁忙'],
  ]),
);

function withDoctype(body: Buffer): Buffer {
  const doctype = '<!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>';
  const attack = body.toString().replace('</xml>', '<attack>&xxe;</attack></xml>');
  return Buffer.from(`<?xml version="1.0"?>${doctype}${attack}`);
}

/** Inserts the first two bytes of a three-byte character into the first value. */
function withInvalidUtf8(body: Buffer): Buffer {
  const at = body.indexOf('<![CDATA[') + '<![CDATA['.length;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xe4, 0xb8]), body.subarray(at)]);
}
