/* Opens WeChat's cashier, then asks the shop until WeChat has confirmed. Old WebViews run this: no modules, no async. */
(() => {
  const section = document.getElementById('pay');
  const button = document.getElementById('go');
  const params = JSON.parse(section.dataset.jsapi);
  const order = section.dataset.order;

  function say(state) {
    section.dataset.state = state;
    for (const note of section.querySelectorAll('[data-when]')) note.hidden = note.dataset.when !== state;
    button.hidden = state === 'confirming' || state === 'unconfirmed';
    button.disabled = state === 'paying';
  }

  /** The bridge comes when WeChat pleases, before this script or after it. */
  function withBridge(run) {
    if (window.WeixinJSBridge) run();
    else document.addEventListener('WeixinJSBridgeReady', run, { once: true });
  }

  function pay() {
    say('paying');
    withBridge(() => {
      window.WeixinJSBridge.invoke('getBrandWCPayRequest', params, ({ err_msg }) => {
        if (err_msg === 'get_brand_wcpay_request:ok') confirm(8, 'unconfirmed');
        else if (err_msg === 'get_brand_wcpay_request:cancel') say('cancelled');
        // refused, perhaps because the order is paid already
        else confirm(0, 'failed');
      });
    });
  }

  /** "ok" proves nothing: paid is what the shop has heard from WeChat. */
  function confirm(triesLeft, otherwise) {
    say('confirming');
    fetch(`${order}/settle`, { method: 'POST', headers: { accept: 'application/json' } })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .catch(() => ({}))
      .then(({ paid }) => {
        if (paid) location.replace(order);
        else if (triesLeft > 0) setTimeout(confirm, 500 * (9 - triesLeft), triesLeft - 1, otherwise);
        // no answer is no news: only the shop can say that it was not paid
        else say(paid === false ? otherwise : 'unconfirmed');
      });
  }

  button.addEventListener('click', pay);
  // a page that comes back from the history shows parameters of the past
  addEventListener('pageshow', (event) => event.persisted && location.reload());
})();
