/** The style of the cashier. It lives in a shadow root, where the style of the page has no effect. */
export const sheetStyle = `
:host {
  all: initial;
  position: fixed;
  inset: 0;
  z-index: 2147483647;
  font: 16px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
  color: #1a1a1a;
}
* { box-sizing: border-box }
.shade {
  position: absolute;
  inset: 0;
  background: rgb(0 0 0 / .55);
  animation: fade .18s ease-out;
}
.sheet {
  position: absolute;
  inset: auto 0 0;
  margin: 0 auto;
  max-width: 520px;
  max-height: 100%;
  overflow: auto;
  background: #fff;
  border-radius: 14px 14px 0 0;
  padding: 8px 20px max(24px, env(safe-area-inset-bottom));
  text-align: center;
  animation: rise .22s cubic-bezier(.2, .8, .3, 1);
  outline: none;
}
.bar { display: flex; justify-content: flex-start; margin: 0 -8px }
.x {
  font: inherit;
  font-size: 20px;
  line-height: 1;
  color: #888;
  background: none;
  border: 0;
  padding: 10px 12px;
  cursor: pointer;
  border-radius: 8px;
}
.title {
  font-size: 15px;
  color: #333;
  margin: 0 24px;
  overflow-wrap: anywhere;
  display: -webkit-box;
  -webkit-line-clamp: 3;
  -webkit-box-orient: vertical;
  overflow: hidden;
}
.amount {
  font-size: 42px;
  line-height: 1.25;
  font-weight: 600;
  margin: 4px 0 14px;
  font-variant-numeric: tabular-nums;
}
.amount i { font-style: normal; font-size: 28px; margin-right: 3px }
dl {
  margin: 0;
  border-top: 1px solid #eee;
  padding: 10px 0;
  font-size: 14px;
}
dl div {
  display: flex;
  justify-content: space-between;
  gap: 20px;
  padding: 5px 0;
}
dt { color: #888; flex: none }
dd { margin: 0; text-align: right; overflow-wrap: anywhere }
.coupon dd { color: #fa5151 }
.actions { display: grid; gap: 10px; margin-top: 10px }
.actions button {
  font: inherit;
  font-size: 17px;
  font-weight: 500;
  border: 0;
  border-radius: 8px;
  padding: 12px;
  cursor: pointer;
}
.pay { background: #07c160; color: #fff }
.pay:hover { background: #06ad56 }
.pay:disabled { background: #a6e3c3; cursor: progress }
.cancel { background: #f2f2f2; color: #333 }
.cancel:hover { background: #e7e7e7 }
button:focus-visible { outline: 3px solid #9fdcb9; outline-offset: 2px }
.done { padding: 42px 0 26px }
.done b {
  display: block;
  width: 56px;
  height: 56px;
  line-height: 56px;
  border-radius: 50%;
  background: #07c160;
  color: #fff;
  font-size: 30px;
  margin: 0 auto 12px;
}
.toast {
  position: absolute;
  width: max-content;
  left: 50%;
  top: 42%;
  transform: translate(-50%, -50%);
  max-width: min(320px, 84%);
  background: rgb(30 30 30 / .92);
  color: #fff;
  border-radius: 10px;
  padding: 16px 20px;
  text-align: center;
  font-size: 15px;
  overflow-wrap: anywhere;
  animation: fade .15s;
}
.toast small {
  display: block;
  color: #bbb;
  font-size: 12px;
  margin-top: 4px;
}
@keyframes fade {
  from { opacity: 0 }
}
@keyframes rise {
  from { transform: translateY(100%) }
}
@media (prefers-reduced-motion: reduce) {
  * { animation: none !important }
}
`;
