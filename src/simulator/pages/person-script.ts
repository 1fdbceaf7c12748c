/** The page's script. Whatever the shop wrote enters the document as text, never as markup. */
export const personScript = `
(function () {
'use strict';
var $ = function (id) { return document.getElementById(id); };
function el(name, attributes, children) {
  var node = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
  [].concat(children === undefined ? [] : children).forEach(function (child) { node.append(child); });
  return node;
}
function api(method, path, body) {
  return fetch('/__sim/' + path, {
    method: method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body)
  }).then(function (response) {
    return response.json().then(function (answer) {
      if (!response.ok) throw new Error(answer.error || response.status);
      return answer;
    });
  });
}
function trouble(error) { $('trouble').textContent = error ? 'The simulator does not answer: ' + error.message : ''; }

// ---- the phone
var screen = $('screen'), heard;
addEventListener('message', function (event) {
  if (event.source !== screen.contentWindow || !event.data || event.data.wxsim !== 'at') return;
  heard = true;
  $('address').textContent = String(event.data.href).replace(/^https?:\\/\\//, '');
});
function go(path) { screen.src = phone + '/__wechat/screen?to=' + encodeURIComponent(path); }
$('home').onclick = function () { go('/'); };
$('reload').onclick = function () {
  // pages without the bridge (a login, an error) do not answer: they are opened anew
  heard = false;
  screen.contentWindow.postMessage({ wxsim: 'reload' }, phone);
  setTimeout(function () { if (!heard) screen.src = screen.src; }, 1500);
};
$('scan').onsubmit = function (event) {
  event.preventDefault();
  go('/__wechat/scan?url=' + encodeURIComponent($('scanned').value.trim()));
};
$('person').onchange = function () { go('/__wechat/person?id=' + encodeURIComponent(this.value) + '&back=/'); };
var holder = /(?:^|; )wxsim_person=([^;]*)/.exec(document.cookie);
if (holder) $('person').value = decodeURIComponent(holder[1]);
if ($('person').selectedIndex < 0) $('person').selectedIndex = 0;

// ---- what happens
var beijing = function (time, options) {
  return new Date(time).toLocaleString('zh-CN', Object.assign({ timeZone: 'Asia/Shanghai', hour12: false }, options));
};
var states = { SUCCESS: 'good', NOTPAY: '', PROCESSING: '', REFUND: 'bad', CLOSED: 'bad', ABNORMAL: 'bad' };
function orderRow(order, people) {
  var payer = people.find(function (person) { return order.openid && person.openids[order.appid] === order.openid; });
  return el('tr', {}, [
    el('td', {}, el('code', {}, order.out_trade_no)),
    el('td', {}, order.description),
    el('td', { class: 'num' }, '¥' + (order.total / 100).toFixed(2)),
    el('td', {}, payer ? payer.name : '–'),
    el('td', {}, el('span', { class: 'badge ' + (states[order.trade_state] || '') }, order.trade_state))
  ]);
}
function refundRow(refund) {
  return el('tr', {}, [
    el('td', {}, el('code', {}, refund.out_refund_no)),
    el('td', {}, el('code', {}, refund.out_trade_no)),
    el('td', { class: 'num' }, '¥' + (refund.refund / 100).toFixed(2)),
    el('td', {}, refund.by === 'hand' ? 'hand' : 'API ' + refund.by),
    el('td', {}, el('span', { class: 'badge ' + (states[refund.state] || '') }, refund.state))
  ]);
}
function faultText(fault) {
  return Object.keys(fault).map(function (name) { return fault[name] === true ? name : name + ' ' + fault[name]; }).join(', ');
}
function deliveryRow(delivery, open, key) {
  var pending = delivery.status === undefined && !delivery.error;
  var verdict = delivery.acknowledged ? 'acknowledged' : pending ? 'under way' : delivery.error ? 'no answer' : 'not acknowledged';
  var facts = [
    el('span', { class: 'soft' }, beijing(delivery.at)),
    el('code', {}, delivery.out_trade_no),
    el('span', {}, delivery.kind + ' · attempt ' + delivery.attempt),
    el('span', { class: 'soft' }, delivery.error || (delivery.status === undefined ? '' : delivery.status + ' · ' + delivery.duration + ' ms'))
  ];
  facts.push(el('span', { class: 'badge ' + (delivery.acknowledged ? 'good' : pending ? '' : 'bad') }, verdict));
  if (delivery.fault) facts.push(el('span', { class: 'fault' }, faultText(delivery.fault)));
  var row = el('details', { 'data-key': key }, [
    el('summary', {}, facts),
    el('div', { class: 'soft' }, 'POST ' + delivery.url),
    el('pre', {}, (delivery.body || '(nothing was sent)').slice(0, 4000)),
    el('pre', {}, delivery.reply || '(no reply)')
  ]);
  row.open = open;
  return row;
}
var shown = {};
function changed(name, value) {
  var text = JSON.stringify(value);
  if (shown[name] === text) return false;
  shown[name] = text;
  return true;
}
function show(state) {
  trouble();
  $('clock').textContent = beijing(state.now, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }) + ' 北京时间';
  $('phone-clock').textContent = beijing(state.now, { hour: '2-digit', minute: '2-digit' });
  if (changed('orders', state.orders)) {
    $('orders').replaceChildren.apply($('orders'), state.orders.length
      ? state.orders.slice(-50).reverse().map(function (order) { return orderRow(order, state.people); })
      : [el('tr', {}, el('td', { colspan: '5', class: 'soft' }, 'None yet. Buy something on the phone.'))]);
  }
  if (changed('refunds', state.refunds)) {
    $('refunds').replaceChildren.apply($('refunds'), state.refunds.length
      ? state.refunds.slice(-50).reverse().map(refundRow)
      : [el('tr', {}, el('td', { colspan: '5', class: 'soft' }, 'None yet.'))]);
  }
  if (changed('deliveries', state.deliveries)) {
    var open = [].map.call($('deliveries').querySelectorAll('details[open]'), function (row) { return row.dataset.key; });
    $('deliveries').replaceChildren.apply($('deliveries'), state.deliveries.length
      ? state.deliveries.map(function (delivery, at) {
          return deliveryRow(delivery, open.indexOf(String(at)) >= 0, String(at));
        }).slice(-100).reverse()
      : [el('p', { class: 'empty' }, 'None yet. WeChat notifies the shop when somebody paid.')]);
  }
}
function refresh() {
  return Promise.all(['clock', 'people', 'orders', 'refunds', 'deliveries?limit=100'].map(function (path) {
    return api('GET', path);
  })).then(function (all) {
    return Promise.all(all[4].items.map(detailOf)).then(function (deliveries) {
      show({
        now: all[0].now,
        people: all[1].people,
        orders: all[2].items.reverse(),
        refunds: all[3].items.reverse(),
        deliveries: deliveries.reverse()
      });
    });
  }).catch(trouble);
}
// An attempt that has ended does not change: it is asked for once.
var details = {};
function detailOf(summary) {
  if (details[summary.id]) return details[summary.id];
  return api('GET', 'deliveries/' + summary.id).then(function (detail) {
    detail.body = detail.body && detail.body.text;
    if (detail.verdict !== 'under way') details[summary.id] = detail;
    return detail;
  });
}
function poll() { (document.hidden ? Promise.resolve() : refresh()).then(function () { setTimeout(poll, 1000); }); }

[].forEach.call(document.querySelectorAll('[data-advance]'), function (button) {
  button.onclick = function () {
    button.disabled = true;
    api('POST', 'clock/advance', { by: Number(button.dataset.advance) * 1000 }).then(refresh).catch(trouble).then(function () { button.disabled = false; });
  };
});

// ---- scenarios
var controls = [].slice.call(document.querySelectorAll('#scenarios [name]'));
var scenarios = {};
function mark(control, value, usual) { control.parentNode.classList.toggle('set', value !== usual); }
// The one fault of a group that is on, as the value of a select: { lost: true }.
function faultOf(group, valueOf) {
  return Object.keys(scenarios).reduce(function (found, name) {
    if (scenarios[name].group !== group) return found;
    var value = valueOf(scenarios[name]);
    if (value === undefined || value === null) return found;
    found = {};
    found[name.slice(group.length + 1)] = value;
    return found;
  }, null);
}
function byPath(path) { return function (scenario) { return (scenario.byPath || {})[path]; }; }
function valueOf(name) {
  if (name === 'notify') return faultOf('notify', function (scenario) { return scenario.value; });
  if (scenarios[name]) return scenarios[name].value;
  // A value for one path: oauth.errors./sns/oauth2/access_token
  var at = name.indexOf('./');
  return at < 0 ? null : byPath(name.slice(at + 1))(scenarios[name.slice(0, at)]);
}
function showScenarios(answer) {
  scenarios = {};
  answer.scenarios.forEach(function (scenario) { scenarios[scenario.name] = scenario; });
  controls.forEach(function (control) {
    var value = valueOf(control.name);
    if (control.type === 'checkbox') { control.checked = Boolean(value); mark(control, control.checked, false); return; }
    control.value = JSON.stringify(value === undefined ? null : value);
    if (control.selectedIndex < 0 && control.name.indexOf('next.') !== 0) {
      control.append(el('option', { value: JSON.stringify(value) }, JSON.stringify(value)));
      control.selectedIndex = control.length - 1;
    }
    mark(control, control.selectedIndex, 0);
  });
  $('api-fault').value = JSON.stringify(faultOf('api', byPath($('api-path').value)));
  mark($('api-fault'), $('api-fault').selectedIndex, 0);
}
function readScenarios() { return api('GET', 'scenarios').then(showScenarios, trouble); }
function done(changes) { return Promise.all(changes).then(readScenarios).catch(trouble); }
function on(name, body) { return api('PUT', 'scenarios/' + name, body); }
function off(name, path) {
  return api('DELETE', 'scenarios/' + name + (path ? '?path=' + encodeURIComponent(path) : ''));
}
// Replaces the fault of a group by one, or by none.
function replaceFault(group, fault, path) {
  var body = path ? { path: path } : {};
  var old = Object.keys(scenarios).filter(function (name) { return scenarios[name].group === group && scenarios[name].on; });
  return done(old.map(function (name) { return off(name, path); })).then(function () {
    return done(Object.keys(fault || {}).map(function (name) {
      return on(group + '.' + name, Object.assign({ value: fault[name] }, body));
    }));
  });
}
function once(group, fault, path) {
  return done(Object.keys(fault || {}).map(function (name) {
    return on(group + '.' + name, Object.assign({ value: fault[name], once: true }, path ? { path: path } : {}));
  }));
}
controls.forEach(function (control) {
  control.onchange = function () {
    var value = control.type === 'checkbox' ? control.checked : JSON.parse(control.value);
    if (control.name === 'notify') return replaceFault('notify', value);
    if (control.name === 'next.notify') return once('notify', value);
    var at = control.name.indexOf('./');
    var name = at < 0 ? control.name : control.name.slice(0, at), path = at < 0 ? undefined : control.name.slice(at + 1);
    return done([value === null ? off(name, path) : on(name, path ? { value: value, path: path } : { value: value })]);
  };
});
$('api-fault').onchange = function () { replaceFault('api', JSON.parse(this.value), $('api-path').value); };
$('api-next').onchange = function () {
  var select = this;
  once('api', JSON.parse(select.value), $('api-path').value).then(function () { select.selectedIndex = 0; });
};
$('api-path').onchange = readScenarios;
$('clear').onclick = function () { api('POST', 'reset', {}).then(readScenarios).then(refresh).catch(trouble); };
readScenarios().then(poll);
})();
`;
