import { sheetScript } from './sheet-script.js';
import { USER_AGENT } from './user-agent.js';

/**
 * The script that defines `wx` as a mini program has it, in place of the bridge: `login`,
 * `request`, `requestPayment`, and the few others that a page of a shop uses.
 */
export const miniProgramScript = (appid: string): string => `(function () {
'use strict';
if (window.__wechat) return;
window.__wechat = true;
window.__wxjs_environment = 'miniprogram';
try {
  Object.defineProperty(navigator, 'userAgent', {
    get: function () { return ${JSON.stringify(`${USER_AGENT} miniProgram/${appid}`)}; }
  });
} catch (e) {}
${sheetScript}
function noop() {}
function end(options, name, kind, result) {
  var answer = Object.assign({ errMsg: name + ':' + kind }, result);
  ((/^ok/.test(kind) ? options.success : options.fail) || noop)(answer);
  (options.complete || noop)(answer);
}
function post(path, body) {
  return fetch('/__wechat/' + path, {
    method: 'POST', credentials: 'same-origin',
    headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  }).then(function (response) { return response.json(); });
}
function login(options) {
  options = options || {};
  post('mini-program/login', {}).then(function (answer) {
    end(options, 'login', 'ok', { code: answer.code });
  }, function (error) { end(options, 'login', 'fail ' + error.message); });
}
function request(options) {
  var method = (options.method || 'GET').toUpperCase();
  var url = new URL(options.url, location.href);
  var init = { method: method, credentials: 'omit' };
  init.headers = Object.assign({ 'content-type': 'application/json' }, options.header);
  if (method === 'GET') {
    Object.entries(options.data || {}).forEach(function (pair) {
      url.searchParams.set(pair[0], pair[1]);
    });
  } else if (options.data !== undefined) {
    init.body = typeof options.data === 'string' ? options.data : JSON.stringify(options.data);
  }
  fetch(url, init).then(function (response) {
    return response.text().then(function (text) {
      var data = text;
      try { data = JSON.parse(text); } catch (e) {}
      var header = Object.fromEntries(response.headers);
      end(options, 'request', 'ok', { statusCode: response.status, data: data, header: header });
    });
  }).catch(function (error) { end(options, 'request', 'fail ' + error.message); });
}
function requestPayment(options) {
  var names = ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'];
  var params = Object.fromEntries(names.map(function (name) { return [name, options[name]]; }));
  var body = { params: params, page: location.href };
  function finish(answer) {
    var kind = /:(ok|cancel|fail)/.exec(answer.err_msg)[1];
    if (kind === 'cancel') kind = 'fail cancel';
    else if (kind === 'fail' && answer.err_desc) kind = 'fail ' + answer.err_desc;
    end(options, 'requestPayment', kind);
  }
  var networkError = function () { return { err_msg: ':fail', err_desc: '网络错误' }; };
  function confirm(done) { post('cashier/pay', body).catch(networkError).then(done); }
  post('cashier/ask', body).catch(networkError).then(function (answer) {
    if (answer.sheet) return sheet.open(answer.sheet, confirm, finish);
    sheet.toast(answer.err_desc || answer.err_msg);
    finish(answer);
  });
}
function go(options) {
  location.href = options.url;
  end(options, 'navigateTo', 'ok');
}
function store(key, value) { localStorage.setItem('wx ' + key, JSON.stringify(value)); }
function stored(key) { return JSON.parse(localStorage.getItem('wx ' + key) || '""'); }
var account = { miniProgram: { appId: ${JSON.stringify(appid)}, envVersion: 'develop' } };
window.wx = {
  __simulated: true,
  login: login,
  checkSession: function (options) { end(options || {}, 'checkSession', 'ok'); },
  request: request,
  requestPayment: requestPayment,
  navigateTo: go,
  redirectTo: go,
  reLaunch: go,
  navigateBack: function () { history.back(); },
  setStorageSync: store,
  getStorageSync: stored,
  removeStorageSync: function (key) { localStorage.removeItem('wx ' + key); },
  getAccountInfoSync: function () { return account; },
  showToast: function (options) { end(options || {}, 'showToast', 'ok'); },
  showLoading: function (options) { end(options || {}, 'showLoading', 'ok'); },
  hideLoading: noop,
  showModal: function (options) {
    var confirmed = confirm((options.title || '') + ' ' + (options.content || ''));
    end(options, 'showModal', 'ok', { confirm: confirmed, cancel: !confirmed });
  }
};
if (parent !== window) {
  // The page of the simulator has another origin. It learns the address, reloads and goes back by messages.
  parent.postMessage({ wxsim: 'at', href: location.href }, '*');
  addEventListener('message', function (event) {
    if (event.source !== parent || !event.data) return;
    if (event.data.wxsim === 'reload') location.reload();
    if (event.data.wxsim === 'back') history.back();
  });
}
})();
`;
