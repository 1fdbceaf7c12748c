/** The style of the page that pays an order outside the bridge. */
export const payPageStyle = `
* { box-sizing: border-box }
body {
  margin: 0;
  min-height: 100vh;
  background: #ededed;
  color: #1a1a1a;
  font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
}
main {
  max-width: 480px;
  min-height: 100vh;
  margin: 0 auto;
  padding: 48px 24px;
  background: #fff;
  text-align: center;
}
b {
  display: block;
  width: 56px;
  height: 56px;
  line-height: 56px;
  margin: 0 auto 18px;
  border-radius: 50%;
  background: #07c160;
  color: #fff;
  font-size: 30px;
}
b.bad { background: #fa5151 }
h1 { font-size: 20px; overflow-wrap: anywhere }
.description { margin: 0; overflow-wrap: anywhere }
.amount {
  margin: 4px 0 18px;
  font-size: 42px;
  line-height: 1.25;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
.amount i { font-style: normal; font-size: 28px; margin-right: 3px }
dl { margin: 0 0 28px; border-top: 1px solid #eee; padding: 10px 0; font-size: 14px }
dl div { display: flex; justify-content: space-between; gap: 20px; padding: 5px 0 }
dt { color: #666; flex: none }
dd { margin: 0; text-align: right; overflow-wrap: anywhere }
form { display: grid; gap: 12px }
button, .back {
  display: block;
  font: inherit;
  font-size: 17px;
  font-weight: 500;
  border: 0;
  border-radius: 8px;
  padding: 12px;
  cursor: pointer;
  text-decoration: none;
}
.pay { background: #06ad56; color: #fff }
.cancel, .back { background: #f2f2f2; color: #333 }
button:focus-visible, .back:focus-visible { outline: 3px solid #9fdcb9; outline-offset: 2px }
`;
