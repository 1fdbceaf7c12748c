import { X509Certificate } from 'node:crypto';
import { writeXml } from '../../core/v2/xml/write.js';
import type { Merchant } from '../accounts/merchant.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { optional, partnerFields } from '../messages/v2/payment-fields.js';
import { letters } from '../random.js';
import { withSign } from '../signing/v2.js';
import type { SimulatorState } from '../state.js';
import { admit, partiesRefusal } from './admit.js';
import type { Call, Endpoint, Outcome, SignedOutcome } from './endpoint.js';

const TOO_MANY: SignedOutcome = { err_code: 'FREQUENCY_LIMITED', err_code_des: '频率限制' };
const SYSTEM_ERROR: SignedOutcome = { err_code: 'SYSTEMERROR', err_code_des: '系统错误' };

/**
 * The route of one endpoint. It answers with status 200 in every case. The answer is signed, with
 * the algorithm of the request, as soon as the request was understood.
 */
export const routeOf = (state: SimulatorState, endpoint: Endpoint): Route => ({
  method: '*',
  path: endpoint.path,
  handle: (req) => respond(state, endpoint, req),
});

async function respond(
  state: SimulatorState,
  endpoint: Endpoint,
  req: SimRequest,
): Promise<SimAnswer> {
  if (endpoint.certificate && !req.secure) req.record.notes.push(NOT_CHECKED);
  if (endpoint.certificate && req.secure && !req.certificate) {
    Object.assign(req.record, { code: 'NO_CERTIFICATE', message: NOT_SENT });
    return NO_CERTIFICATE;
  }
  const call = admit(state, endpoint.rules, req);
  if (typeof call === 'string') return unsigned(req, call);
  const { certificate } = req;
  if (endpoint.certificate && certificate && !belongsTo(certificate, call.merchant)) {
    return unsigned(req, '证书验证失败');
  }
  const { systemError, tooMany, badSignature = false } = req.fault ?? {};
  const sign = (outcome: SignedOutcome) => {
    if ('err_code' in outcome) {
      Object.assign(req.record, { code: outcome.err_code, message: outcome.err_code_des });
    }
    return signed(state, call, outcome, badSignature);
  };
  if (tooMany) return sign(TOO_MANY);
  if (systemError === true) return sign(SYSTEM_ERROR);
  const refused = endpoint.anyAccount ? undefined : partiesRefusal(state, call);
  const outcome: Outcome = refused ?? (await endpoint.run(call, req));
  if ('file' in outcome) return outcome.file;
  if ('return_msg' in outcome) return unsigned(req, outcome.return_msg, outcome.error_code);
  return sign(systemError ? SYSTEM_ERROR : outcome);
}

const NOT_CHECKED =
  'over plain http no client certificate can be checked: over TLS WeChat requires it here';
const NOT_SENT = 'the client sent no certificate';

/** The answer of the web server in front of the API when no client certificate was sent. */
const NO_CERTIFICATE: SimAnswer = {
  status: 400,
  headers: { 'Content-Type': 'text/html' },
  body: [
    '<html>',
    '<head><title>400 No required SSL certificate was sent</title></head>',
    '<body>',
    '<center><h1>400 Bad Request</h1></center>',
    '<center>No required SSL certificate was sent</center>',
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n'),
};

const belongsTo = (shown: Buffer, { keys }: Merchant): boolean =>
  new X509Certificate(keys.certificate).raw.equals(shown);

function signed(
  state: SimulatorState,
  { merchant, appid, signType, ...call }: Call,
  outcome: SignedOutcome,
  badSignature: boolean,
): SimAnswer {
  const result = 'fields' in outcome ? outcome.fields : new Map(Object.entries(outcome));
  const fields = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['return_msg', 'OK'],
    ...optional('appid', appid),
    ['mch_id', merchant.mchid],
    ...partnerFields(call),
    ['nonce_str', letters(state.random, 16)],
    ['result_code', result.has('err_code') ? 'FAIL' : 'SUCCESS'],
    ...result,
  ]);
  if ('unsigned' in outcome && outcome.unsigned) return xml(fields);
  const key = badSignature ? `not ${merchant.key}` : merchant.key;
  return xml(withSign(fields, key, signType));
}

function unsigned(req: SimRequest, return_msg: string, error_code?: string): SimAnswer {
  Object.assign(req.record, { code: error_code ?? 'FAIL', message: return_msg });
  const fields = { return_code: 'FAIL', return_msg, ...(error_code && { error_code }) };
  return xml(Object.entries(fields));
}

const xml = (fields: Iterable<[string, string | number]>): SimAnswer => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: writeXml(fields),
});
