import { sheetStyle } from './sheet-style.js';

/**
 * The part of a page's script that draws the cashier: `sheet.open(order, confirm, finish)` and
 * `sheet.toast(text)`. Everything the shop wrote becomes a text node.
 */
export const sheetScript = `
var sheet = (function () {
  var host, root;
  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.entries(attributes || {}).forEach(function (entry) {
      node.setAttribute(entry[0], entry[1]);
    });
    [].concat(children || []).forEach(function (child) { node.append(child); });
    return node;
  }
  function show(nodes) {
    close();
    host = el('div', { id: 'wechat-cashier' });
    root = host.attachShadow({ mode: 'open' });
    // The Content-Security-Policy of a page does not apply to a constructed style sheet.
    var style = new CSSStyleSheet();
    style.replaceSync(${JSON.stringify(sheetStyle)});
    root.adoptedStyleSheets = [style];
    root.append.apply(root, nodes);
    document.documentElement.append(host);
  }
  function close() { if (host) host.remove(); host = root = undefined; }
  function yuan(fen) { return (fen / 100).toFixed(2); }
  function row(name, value, kind) {
    return el('div', kind ? { class: kind } : {}, [el('dt', {}, name), el('dd', {}, value)]);
  }
  function amount(fen) { return el('div', { class: 'amount' }, [el('i', {}, '¥'), yuan(fen)]); }
  function facts(order) {
    var rows = [row('收款方 Payee', '商户 ' + order.mchid), row('付款人 Payer', order.person)];
    if (order.coupon > 0) {
      rows.push(row('订单金额 Total', '¥' + yuan(order.total)));
      rows.push(row('优惠券 Coupon', '−¥' + yuan(order.coupon), 'coupon'));
    }
    return rows.concat(row('支付方式 Paid with', '零钱 Balance'));
  }
  function success(fen) {
    return el('div', { class: 'done', role: 'status' },
      [el('b', {}, '✓'), '支付成功 Paid', amount(fen)]);
  }

  function open(order, confirm, finish) {
    var focused = document.activeElement;
    var x = el('button', { class: 'x', type: 'button', 'aria-label': '关闭 Close' }, '✕');
    var pay = el('button', { class: 'pay', type: 'button' }, '立即支付 Pay');
    var cancel = el('button', { class: 'cancel', type: 'button' }, '取消 Cancel');
    var box = el('div', {
      class: 'sheet', role: 'dialog', 'aria-modal': 'true', 'aria-label': '微信支付 WeChat Pay',
      tabindex: '-1'
    }, [
      el('div', { class: 'bar' }, x),
      el('div', { class: 'title' }, order.description),
      amount(order.payer_total),
      el('dl', {}, facts(order)),
      el('div', { class: 'actions' }, [pay, cancel])
    ]);
    var ended = false;
    function end(result) {
      if (ended) return;
      ended = true;
      close();
      if (focused && focused.focus) focused.focus();
      finish(result);
    }
    function leave() { if (!pay.disabled) end({ err_msg: 'get_brand_wcpay_request:cancel' }); }
    x.onclick = cancel.onclick = leave;
    pay.onclick = function () {
      pay.disabled = x.disabled = cancel.disabled = true;
      confirm(function (result) {
        if (/:ok$/.test(result.err_msg)) {
          box.replaceChildren(success(order.payer_total));
          setTimeout(end, 900, result);
          box.onclick = function () { end(result); };
        } else {
          end(result);
          toast(result.err_desc || result.err_msg);
        }
      });
    };
    show([el('div', { class: 'shade' }), box]);
    box.addEventListener('keydown', function (event) {
      if (event.key === 'Escape') leave();
      event.stopPropagation();
    });
    box.focus();
  }

  function toast(text) {
    var reason = el('small', {}, 'WeChat refused to open the cashier');
    show([el('div', { class: 'toast', role: 'alert' }, [text, reason])]);
    var shown = host;
    shown.style.pointerEvents = 'none';
    setTimeout(function () { if (host === shown) close(); }, 3500);
  }
  return {
    open: open,
    toast: toast,
    shown: function () { return Boolean(root && root.querySelector('.sheet')); }
  };
})();
`;
