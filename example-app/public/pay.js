/* Opens WeChat's cashier, and shows what becomes of it. Paid is what the shop has heard from WeChat. */
import { pay } from '/wxpay.js';

const section = document.getElementById('pay');
const button = document.getElementById('go');
const { jsapi, order } = section.dataset;

function show(state) {
  section.dataset.state = state;
  for (const note of section.querySelectorAll('[data-when]')) note.hidden = note.dataset.when !== state;
  button.hidden = state === 'confirming' || state === 'unconfirmed';
  button.disabled = state === 'paying';
}

button.addEventListener('click', async () => {
  const result = await pay(JSON.parse(jsapi), { settle: `${order}/settle`, onProgress: show });
  if (result === 'paid') location.replace(order);
  else show(result);
});

// a page that comes back from the history shows parameters of the past
addEventListener('pageshow', (event) => event.persisted && location.reload());
