/* Asks the shop until the order is paid or closed, and shows it then. */
import { waitUntilPaid } from '/wxpay.js';

const { order } = document.getElementById('wait').dataset;

waitUntilPaid(`${order}/settle`).then(() => location.replace(order));
// A QR code is good for two hours.
setTimeout(() => location.reload(), 6_600_000);
