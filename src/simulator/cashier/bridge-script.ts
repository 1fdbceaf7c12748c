import type { CashierSwitches } from '../scenarios/cashier.js';
import { sheetScript } from './sheet-script.js';
import { USER_AGENT } from './user-agent.js';

/**
 * The script that defines `window.WeixinJSBridge` in a plain browser. It is the first one of the
 * document. With `'already'` the bridge exists before the scripts of the page run, with `'later'`
 * it follows them with its event.
 */
export const bridgeScript = ({ bridge }: Pick<CashierSwitches, 'bridge'>): string => `(function () {
'use strict';
if (window.__wechat) return;
window.__wechat = true;
try {
  Object.defineProperty(navigator, 'userAgent', {
    get: function () { return ${JSON.stringify(USER_AGENT)}; }
  });
} catch (e) {}
${sheetScript}
if (parent !== window) {
  // The page of the simulator has another origin. It learns the address, reloads and goes back by messages.
  parent.postMessage({ wxsim: 'at', href: location.href }, '*');
  addEventListener('message', function (event) {
    if (event.source !== parent || !event.data) return;
    if (event.data.wxsim === 'reload') location.reload();
    if (event.data.wxsim === 'back') history.back();
  });
}
var PAY = 'get_brand_wcpay_request';
function post(path, body) {
  return fetch('/__wechat/' + path, {
    method: 'POST', credentials: 'same-origin',
    headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  }).then(function (response) { return response.json(); });
}
function pay(params, callback) {
  if (sheet.shown()) return callback({ err_msg: PAY + ':fail', err_desc: '正在支付中' });
  var body = { params: params, page: location.href };
  var networkError = function () { return { err_msg: PAY + ':fail', err_desc: '网络错误' }; };
  function confirm(done) { post('cashier/pay', body).catch(networkError).then(done); }
  post('cashier/ask', body).catch(networkError).then(function (answer) {
    if (answer.sheet) return sheet.open(answer.sheet, confirm, callback);
    sheet.toast(answer.err_desc || answer.err_msg);
    callback(answer);
  });
}
var answers = { imagePreview: 'imagePreview:ok', getNetworkType: 'network_type:wifi' };
[
  'hideOptionMenu', 'showOptionMenu', 'hideToolbar', 'showToolbar', 'closeWindow', 'hideMenuItems',
  'showMenuItems', 'hideAllNonBaseMenuItem', 'showAllNonBaseMenuItem', 'setPageState'
].forEach(function (name) { answers[name] = name + ':ok'; });
function invoke(name, params, callback) {
  var answer = typeof callback === 'function' ? callback : function () {};
  if (name === 'getBrandWCPayRequest') return void pay(params, answer);
  setTimeout(function () {
    answer({ err_msg: Object.hasOwn(answers, name) ? answers[name] : 'system:function_not_exist' });
  });
}
function install() {
  var noop = function () {};
  window.WeixinJSBridge = { invoke: invoke, call: invoke, on: noop, log: noop };
  document.dispatchEvent(new Event('WeixinJSBridgeReady', { bubbles: true }));
}
if (${JSON.stringify(bridge)} === 'already') return install();
if (document.readyState === 'complete') return void setTimeout(install);
window.addEventListener('load', function () { setTimeout(install, 30); });
})();
`;
