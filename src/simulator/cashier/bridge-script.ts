import { sheetScript } from './sheet-script.js';
import type { CashierSwitches } from './switches.js';
import { USER_AGENT } from './user-agent.js';

/**
 * `window.WeixinJSBridge` for a plain browser. It comes first in the document: `'already'` is there before the page's own
 * scripts, `'later'` comes when they have run, and its event with it.
 */
export const bridgeScript = ({ bridge }: Pick<CashierSwitches, 'bridge'>): string => `(function () {
'use strict';
if (window.__wechat) return;
window.__wechat = true;
try { Object.defineProperty(navigator, 'userAgent', { get: function () { return ${JSON.stringify(USER_AGENT)}; } }); } catch (e) {}
${sheetScript}
if (parent !== window) {
  // the simulator's page shows the address and can reload a frame of another origin only by asking
  parent.postMessage({ wxsim: 'at', href: location.href }, '*');
  addEventListener('message', function (event) {
    if (event.source === parent && event.data && event.data.wxsim === 'reload') location.reload();
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
  var lost = function () { return { err_msg: PAY + ':fail', err_desc: '网络错误' }; };
  post('cashier/ask', body).catch(lost).then(function (answer) {
    if (!answer.sheet) { sheet.toast(answer.err_desc || answer.err_msg); return callback(answer); }
    sheet.open(answer.sheet, function (done) { post('cashier/pay', body).catch(lost).then(done); }, callback);
  });
}
var polite = {
  hideOptionMenu: 'hideOptionMenu:ok', showOptionMenu: 'showOptionMenu:ok', hideToolbar: 'hideToolbar:ok',
  showToolbar: 'showToolbar:ok', closeWindow: 'closeWindow:ok', hideMenuItems: 'hideMenuItems:ok',
  showMenuItems: 'showMenuItems:ok', hideAllNonBaseMenuItem: 'hideAllNonBaseMenuItem:ok',
  showAllNonBaseMenuItem: 'showAllNonBaseMenuItem:ok', setPageState: 'setPageState:ok',
  imagePreview: 'imagePreview:ok', getNetworkType: 'network_type:wifi'
};
function invoke(name, params, callback) {
  var answer = typeof callback === 'function' ? callback : function () {};
  if (name === 'getBrandWCPayRequest') return void pay(params, answer);
  setTimeout(function () {
    answer({ err_msg: Object.hasOwn(polite, name) ? polite[name] : 'system:function_not_exist' });
  });
}
function install() {
  window.WeixinJSBridge = { invoke: invoke, call: invoke, on: function () {}, log: function () {} };
  document.dispatchEvent(new Event('WeixinJSBridgeReady', { bubbles: true }));
}
if (${JSON.stringify(bridge)} === 'already') return install();
if (document.readyState === 'complete') return void setTimeout(install);
window.addEventListener('load', function () { setTimeout(install, 30); });
})();
`;
