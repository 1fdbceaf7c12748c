import { sheetStyle } from './sheet-style.js';

/**
 * `sheet.open(order, confirm, finish)` and `sheet.toast(text)` in the page. Texts enter the document as text nodes only:
 * a description is whatever the shop wrote.
 */
export const sheetScript = `
var sheet = (function () {
  var host, root;
  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    [].concat(children || []).forEach(function (child) { node.append(child); });
    return node;
  }
  function show(nodes) {
    close();
    host = el('div', { id: 'wechat-cashier' });
    root = host.attachShadow({ mode: 'open' });
    // a constructed sheet: a page's Content-Security-Policy has no say in what WeChat draws
    var style = new CSSStyleSheet();
    style.replaceSync(${JSON.stringify(sheetStyle)});
    root.adoptedStyleSheets = [style];
    root.append.apply(root, nodes);
    document.documentElement.append(host);
  }
  function close() { if (host) host.remove(); host = root = undefined; }
  function yuan(fen) { return (fen / 100).toFixed(2); }
  function row(name, value, kind) { return el('div', kind ? { class: kind } : {}, [el('dt', {}, name), el('dd', {}, value)]); }
  function amount(fen) { return el('div', { class: 'amount' }, [el('i', {}, '¥'), yuan(fen)]); }

  function open(order, confirm, finish) {
    var before = document.activeElement;
    var x = el('button', { class: 'x', type: 'button', 'aria-label': '关闭 Close' }, '✕');
    var pay = el('button', { class: 'pay', type: 'button' }, '立即支付 Pay');
    var cancel = el('button', { class: 'cancel', type: 'button' }, '取消 Cancel');
    var box = el('div', { class: 'sheet', role: 'dialog', 'aria-modal': 'true', 'aria-label': '微信支付 WeChat Pay', tabindex: '-1' }, [
      el('div', { class: 'bar' }, x),
      el('div', { class: 'title' }, order.description),
      amount(order.payer_total),
      el('dl', {}, [
        row('收款方 Payee', '商户 ' + order.mchid),
        row('付款人 Payer', order.person)
      ].concat(order.coupon > 0 ? [row('订单金额 Total', '¥' + yuan(order.total)), row('优惠券 Coupon', '−¥' + yuan(order.coupon), 'coupon')] : [])
       .concat([row('支付方式 Paid with', '零钱 Balance')])),
      el('div', { class: 'actions' }, [pay, cancel])
    ]);
    var over = false;
    function end(result) {
      if (over) return;
      over = true;
      close();
      if (before && before.focus) before.focus();
      finish(result);
    }
    function leave() { if (!pay.disabled) end({ err_msg: 'get_brand_wcpay_request:cancel' }); }
    x.onclick = cancel.onclick = leave;
    pay.onclick = function () {
      pay.disabled = x.disabled = cancel.disabled = true;
      confirm(function (result) {
        if (!/:ok$/.test(result.err_msg)) { end(result); toast(result.err_desc || result.err_msg); return; }
        box.replaceChildren(el('div', { class: 'done', role: 'status' }, [el('b', {}, '✓'), '支付成功 Paid', amount(order.payer_total)]));
        setTimeout(end, 900, result);
        box.onclick = function () { end(result); };
      });
    };
    var shade = el('div', { class: 'shade' });
    show([shade, box]);
    box.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') leave();
      event.stopPropagation();
    });
    box.focus();
  }

  function toast(text) {
    show([el('div', { class: 'toast', role: 'alert' }, [text, el('small', {}, 'WeChat refused to open the cashier')])]);
    var mine = host;
    mine.style.pointerEvents = 'none';
    setTimeout(function () { if (host === mine) close(); }, 3500);
  }
  return { open: open, toast: toast, shown: function () { return Boolean(root && root.querySelector('.sheet')); } };
})();
`;
