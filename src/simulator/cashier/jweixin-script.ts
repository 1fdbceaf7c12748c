/**
 * The script that defines `window.wx`, the JS-SDK (jweixin): `config`, `ready`, `error`,
 * `checkJsApi` and `chooseWXPay`. It uses the bridge.
 */
export const jweixinScript = `(function () {
'use strict';
if (window.wx && window.wx.__simulated) return;
var state = 'new', failure, settings = {}, waiting = [], failing = [];
function noop() {}
function whenBridged(run) {
  if (window.WeixinJSBridge) return run();
  document.addEventListener('WeixinJSBridgeReady', run, { once: true });
}
function report(options, name, kind, detail) {
  var result = { errMsg: name + ':' + (detail || kind) };
  (options[kind === 'ok' ? 'success' : kind] || noop)(result);
  (options.complete || noop)(result);
}
function config(options) {
  settings = options || {};
  fetch('/__wechat/config', {
    method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.assign({}, settings, { url: location.href.split('#')[0] }))
  }).then(function (response) { return response.json(); }).then(function (answer) {
    if (settings.debug) console.log('wx.config', answer.errMsg);
    if (answer.errMsg === 'config:ok') {
      state = 'ok';
      whenBridged(function () { waiting.splice(0).forEach(function (run) { run(); }); });
    } else {
      state = 'failed';
      failure = answer;
      failing.forEach(function (run) { run(answer); });
    }
  });
}
function chooseWXPay(options) {
  if (state !== 'ok' || (settings.jsApiList || []).indexOf('chooseWXPay') < 0) {
    return report(options, 'chooseWXPay', 'fail', 'permission denied');
  }
  whenBridged(function () {
    WeixinJSBridge.invoke('getBrandWCPayRequest', {
      appId: settings.appId, timeStamp: options.timestamp + '', nonceStr: options.nonceStr,
      package: options.package, signType: options.signType, paySign: options.paySign
    }, function (answer) {
      var kind = /:(ok|cancel|fail)/.exec(answer.err_msg)[1];
      var reason = kind === 'fail' && answer.err_desc ? 'fail, ' + answer.err_desc : kind;
      report(options, 'chooseWXPay', kind, reason);
    });
  });
}
var wx = {
  __simulated: true,
  config: config,
  ready: function (run) { if (state === 'ok') whenBridged(run); else waiting.push(run); },
  error: function (run) { if (state === 'failed') run(failure); else failing.push(run); },
  checkJsApi: function (options) {
    var result = {};
    (options.jsApiList || []).forEach(function (name) { result[name] = name === 'chooseWXPay'; });
    (options.success || noop)({ errMsg: 'checkJsApi:ok', checkResult: result });
  },
  chooseWXPay: chooseWXPay
};
[
  'hideOptionMenu', 'showOptionMenu', 'closeWindow', 'hideMenuItems', 'showMenuItems',
  'hideAllNonBaseMenuItem', 'updateAppMessageShareData', 'updateTimelineShareData'
].forEach(function (name) {
  wx[name] = function (options) { report(options || {}, name, 'ok'); };
});
window.wx = window.jWeixin = wx;
})();
`;
