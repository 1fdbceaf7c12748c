/* Loads waiting orders again and shows their new state. A form that is being filled in is left as it is. */
(() => {
  const waiting = () => document.querySelectorAll('[data-waits]');

  function look() {
    if (waiting().length === 0) return;
    fetch('/owner', { headers: { accept: 'text/html' } })
      .then((answer) => (answer.ok ? answer.text() : ''))
      .then((text) => {
        const fresh = new DOMParser().parseFromString(text, 'text/html');
        for (const row of waiting()) {
          const now = fresh.getElementById(row.id);
          const typing = row.contains(document.activeElement) || row.querySelector('[aria-invalid]');
          if (now && now.innerHTML !== row.innerHTML && !typing) row.replaceWith(now);
        }
        if (waiting().length === 0) document.querySelector('.note.waits')?.remove();
      })
      .catch(() => {})
      .then(() => setTimeout(look, 1500));
  }

  // money that is on its way back cannot be stopped
  document.addEventListener('submit', (event) => {
    const { asks } = event.target.dataset;
    const amount = asks && event.target.elements[asks];
    // what is no amount is not worth asking about: the shop says what is wrong with it
    if (amount?.checkValidity() && !confirm(`退款 Refund ¥${amount.value}?`)) event.preventDefault();
  });

  setTimeout(look, 1000);
})();
