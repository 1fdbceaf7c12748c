/** The style of the pages of the login. */
export const oauthStyle = `
:root { color-scheme: light }
* { box-sizing: border-box }
body {
  margin: 0;
  min-height: 100vh;
  background: #ededed;
  color: #1a1a1a;
  font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
  display: flex;
  flex-direction: column;
}
main {
  flex: 1;
  display: flex;
  flex-direction: column;
  max-width: 480px;
  width: 100%;
  margin: 0 auto;
  padding: 56px 28px 40px;
  background: #fff;
}
.mark {
  width: 56px;
  height: 56px;
  border-radius: 14px;
  background: #07c160;
  color: #fff;
  font-size: 28px;
  line-height: 56px;
  text-align: center;
  margin-bottom: 20px;
}
.mark.bad { background: #fa5151 }
.mark.info { background: #10aeff }
h1 {
  font-size: 21px;
  line-height: 1.4;
  margin: 0 0 8px;
  font-weight: 600;
}
p { margin: 0 0 8px; color: #666; font-size: 15px }
small { color: #999; font-size: 13px; overflow-wrap: anywhere }
.who {
  display: flex;
  gap: 12px;
  align-items: center;
  margin: 20px 0;
  padding: 14px 0;
  border-block: 1px solid #ececec;
}
.who b {
  width: 40px;
  height: 40px;
  border-radius: 6px;
  background: #dff5e8;
  color: #07a150;
  text-align: center;
  line-height: 40px;
  flex: none;
}
form {
  margin-top: auto;
  display: grid;
  gap: 14px;
  padding-top: 32px;
}
button {
  font: inherit;
  font-size: 17px;
  font-weight: 500;
  border: 0;
  border-radius: 8px;
  padding: 11px 0;
  width: min(220px, 100%);
  margin: 0 auto;
  cursor: pointer;
}
.allow { background: #07c160; color: #fff }
.allow:hover { background: #06ad56 }
.deny { background: #f2f2f2; color: #07c160 }
.deny:hover { background: #e6e6e6 }
button:focus-visible { outline: 3px solid #9fdcb9; outline-offset: 2px }
iframe { display: none }
`;
