/** The style of the pages of the phone itself. */
export const phoneStyle = `
* { box-sizing: border-box }
body {
  margin: 0;
  min-height: 100vh;
  background: #f7f7f7;
  color: #1a1a1a;
  font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
  display: grid;
  place-items: center;
}
main { max-width: 420px; padding: 32px 28px; text-align: center }
b {
  display: block;
  width: 56px;
  height: 56px;
  margin: 0 auto 18px;
  border-radius: 50%;
  background: #ffc300;
  color: #fff;
  font-size: 30px;
  line-height: 56px;
}
h1 { font-size: 20px; margin: 0 0 8px }
p { margin: 0 0 10px; color: #666; font-size: 15px }
code { font: 13px/1.5 ui-monospace, monospace; color: #888; overflow-wrap: anywhere }
a {
  display: inline-block;
  margin-top: 18px;
  padding: 10px 36px;
  border-radius: 8px;
  background: #07c160;
  color: #fff;
  text-decoration: none;
  font-weight: 500;
}
`;
