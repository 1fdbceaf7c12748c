export const personStyle = `
:root {
  color-scheme: light dark;
  --page: #f3f4f6;
  --card: #fff;
  --ink: #16181d;
  --soft: #667085;
  --line: #e6e8ec;
  --green: #07c160;
  --green-ink: #067a3d;
  --green-bg: #e3f7ec;
  --red-ink: #b42318;
  --red-bg: #fdecea;
  --amber-ink: #8a5a00;
  --amber-bg: #fff3d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1115;
    --card: #191c22;
    --ink: #eceef2;
    --soft: #98a2b3;
    --line: #2b2f38;
    --green-ink: #5fe0a0;
    --green-bg: #0d3321;
    --red-ink: #ff9b92;
    --red-bg: #3d1714;
    --amber-ink: #f5c66b;
    --amber-bg: #3a2b08;
  }
}
* { box-sizing: border-box }
body {
  margin: 0;
  background: var(--page);
  color: var(--ink);
  font: 14px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif;
}
header {
  max-width: 1360px;
  margin: 0 auto;
  padding: 18px 24px 0;
  display: flex;
  gap: 20px;
  align-items: baseline;
  min-height: 52px;
}
h1 { font-size: 18px; margin: 0 }
h1 span, h2 span {
  color: var(--soft);
  font-weight: 400;
  font-size: .85em;
  margin-left: 4px;
}
#trouble { margin: 0; color: var(--red-ink) }
.columns {
  max-width: 1360px;
  margin: 0 auto;
  padding: 14px 24px 40px;
  display: grid;
  grid-template-columns: 412px minmax(0, 1fr);
  gap: 28px;
  align-items: start;
}
.phone { position: sticky; top: 14px }
.device {
  width: 100%;
  max-width: 412px;
  margin: 0 auto;
  border: 11px solid #1b1d22;
  border-radius: 44px;
  overflow: hidden;
  background: #ededed;
  color: #111;
  box-shadow: 0 18px 44px rgb(0 0 0 / .22);
  outline: 1px solid #3a3d45;
}
.status {
  display: flex;
  justify-content: space-between;
  padding: 9px 24px 3px;
  font-size: 12px;
  font-weight: 600;
}
.nav {
  display: grid;
  grid-template-columns: 36px minmax(0, 1fr) 36px;
  align-items: center;
  padding: 2px 10px 6px;
  border-bottom: 1px solid #d9d9d9;
}
.nav button {
  font-size: 18px;
  line-height: 1;
  padding: 6px;
  border: 0;
  background: none;
  color: #111;
  cursor: pointer;
  border-radius: 8px;
}
.nav button:hover { background: #dcdcdc }
#address {
  font: 11px/1.6 ui-monospace, monospace;
  color: #555;
  text-align: center;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
  background: #fff;
  border-radius: 6px;
  padding: 2px 8px;
}
iframe {
  display: block;
  width: 100%;
  height: min(760px, calc(100vh - 170px));
  min-height: 420px;
  border: 0;
  background: #fff;
}
.below {
  display: flex;
  justify-content: space-between;
  max-width: 412px;
  margin: 12px auto 0;
  padding: 0 8px;
  align-items: center;
}
a { color: var(--green-ink) }
main { display: grid; gap: 18px; min-width: 0 }
.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 14px;
  padding: 16px 20px;
}
h2 {
  font-size: 15px;
  margin: 0 0 10px;
  display: flex;
  align-items: center;
}
h2 button { margin-left: auto }
button, select { font: inherit }
h2 button { font-size: 13px }
h2 button, .buttons button, select {
  border: 1px solid var(--line);
  background: var(--card);
  color: inherit;
  border-radius: 8px;
  padding: 5px 12px;
  cursor: pointer;
  font-weight: 500;
}
select { padding: 4px 6px; font-weight: 400; max-width: 100% }
.buttons button:hover, h2 button:hover, select:hover { border-color: var(--green) }
button:disabled { opacity: .5; cursor: progress }
:focus-visible { outline: 2px solid var(--green); outline-offset: 1px }
.clock {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 20px;
  align-items: center;
}
.clock h2 { margin: 0 }
#clock { font-size: 16px; font-variant-numeric: tabular-nums }
.buttons { display: flex; gap: 8px; margin-left: auto }
.scroll { overflow-x: auto }
table { width: 100%; border-collapse: collapse }
th {
  text-align: left;
  font-weight: 500;
  color: var(--soft);
  font-size: 12px;
}
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top }
tr:last-child td { border-bottom: 0 }
th:last-child, td:last-child { padding-right: 0 }
td { overflow-wrap: anywhere; min-width: 60px }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
code { font: 12px/1.6 ui-monospace, monospace }
td code { white-space: nowrap }
.badge {
  display: inline-block;
  padding: 1px 9px;
  border-radius: 20px;
  font-size: 12px;
  font-weight: 600;
  white-space: nowrap;
  background: var(--amber-bg);
  color: var(--amber-ink);
}
.badge.good { background: var(--green-bg); color: var(--green-ink) }
.badge.bad { background: var(--red-bg); color: var(--red-ink) }
.empty { color: var(--soft); margin: 4px 0 }
#deliveries { max-height: 380px; overflow: auto }
details { border-bottom: 1px solid var(--line) }
details:last-child { border-bottom: 0 }
summary {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 14px;
  align-items: center;
  padding: 7px 2px;
  cursor: pointer;
  list-style: none;
}
summary::-webkit-details-marker { display: none }
summary::before { content: "›"; color: var(--soft); transition: transform .15s }
details[open] summary::before { transform: rotate(90deg) }
summary .soft, .soft { color: var(--soft) }
summary .badge { margin-left: auto }
summary .fault {
  flex-basis: 100%;
  padding-left: 22px;
  color: var(--amber-ink);
  font-size: 12px;
}
pre {
  margin: 0 0 10px;
  padding: 10px 12px;
  background: var(--page);
  border-radius: 8px;
  font: 12px/1.5 ui-monospace, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  max-height: 220px;
  overflow: auto;
}
#scenarios {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(270px, 1fr));
  gap: 14px 32px;
}
fieldset {
  border: 0;
  padding: 0;
  margin: 0;
  min-width: 0;
}
legend {
  font-weight: 600;
  font-size: 12px;
  color: var(--soft);
  padding: 0 0 4px;
}
#scenarios label {
  display: flex;
  justify-content: space-between;
  gap: 12px;
  align-items: center;
  padding: 4px 0;
}
#scenarios select { width: 170px; flex: none }
.check { flex-direction: row-reverse }
input[type=checkbox] {
  width: 17px;
  height: 17px;
  accent-color: var(--green);
  margin: 3px 0;
}
#scenarios .set { color: var(--amber-ink); font-weight: 600 }
.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
@media (max-width: 940px) {
  header {
    padding: 14px 14px 0;
    flex-wrap: wrap;
    min-height: 0;
    gap: 4px 16px;
  }
  .columns { grid-template-columns: minmax(0, 1fr); padding: 12px 14px 32px; gap: 20px }
  .phone { position: static }
  .card { padding: 14px }
  .buttons { margin-left: 0 }
}
@media (max-width: 430px) {
  .device { border-width: 6px; border-radius: 28px }
  .columns { padding: 10px 8px 28px }
}
#scan { display: flex; gap: 8px }
#scan input {
  flex: 1;
  min-width: 0;
  font: inherit;
  padding: 5px 10px;
  border: 1px solid var(--line);
  border-radius: 8px;
}
`;
