import { Accounts } from './accounts/accounts.js';
import { connection } from './api/live.js';
import { useStore } from './api/store.js';
import { Deliveries } from './log/deliveries.js';
import { Delivery } from './log/delivery.js';
import { Request } from './log/request.js';
import { Requests } from './log/requests.js';
import { Order } from './orders/order.js';
import { Orders } from './orders/orders.js';
import { Notices } from './parts/notices.js';
import { Phone } from './phone/phone.js';
import { hrefOf, type Route, route, type View } from './route.js';
import { ArmedBar } from './scenarios/armed-bar.js';
import { Scenarios } from './scenarios/scenarios.js';
import { say, setLanguage, useLanguage } from './text/language.js';
import { Time } from './time/time.js';

const NAMES: Readonly<Record<View, readonly [en: string, zh: string]>> = {
  phone: ['Phone', '手机'],
  orders: ['Orders', '订单'],
  notifications: ['Notifications', '通知'],
  requests: ['Requests', '请求'],
  scenarios: ['Scenarios', '场景'],
  time: ['Time', '时间'],
  accounts: ['Accounts', '账户'],
};

/** The page: the phone, and what happens behind it. */
export function App() {
  const language = useLanguage();
  const shown = useStore(route);
  document.title = `${say(...NAMES[shown.view])} · ${say('WeChat simulator', '微信模拟器')}`;
  return (
    // The key draws everything anew in the other language.
    <div key={language} class={`layout view-${shown.view}`}>
      <header class="top">
        <h1>{say('WeChat simulator', '微信模拟器')}</h1>
        <LanguageSwitch />
        <Navigation current={shown.view} />
      </header>
      <Lost />
      <ArmedBar />
      <Phone />
      <main id="main" tabIndex={-1}>
        <Shown of={shown} />
      </main>
      <Notices />
    </div>
  );
}

function Shown({ of: { view, parts } }: { of: Route }) {
  const [first, second] = parts;
  switch (view) {
    case 'orders':
      return first === undefined ? <Orders /> : <Order key={first} number={first} mchid={second} />;
    case 'notifications':
      return first === undefined ? <Deliveries /> : <Delivery key={first} id={first} />;
    case 'requests':
      return first === undefined ? <Requests /> : <Request key={first} id={first} />;
    case 'scenarios':
      return <Scenarios />;
    case 'time':
      return <Time />;
    case 'accounts':
      return <Accounts />;
    // Where there is room for both, the phone is beside the orders.
    case 'phone':
      return <Orders />;
  }
}

const Navigation = ({ current }: { current: View }) => (
  <nav aria-label={say('Views', '视图')}>
    {(Object.keys(NAMES) as View[]).map((view) => (
      <a key={view} href={hrefOf(view)} class={`to-${view}`} aria-current={view === current ? 'page' : undefined}>
        {say(...NAMES[view])}
      </a>
    ))}
  </nav>
);

function LanguageSwitch() {
  const isChinese = useLanguage() === 'zh';
  return (
    <button
      type="button"
      class="button language"
      lang={isChinese ? 'en' : 'zh-CN'}
      onClick={() => setLanguage(isChinese ? 'en' : 'zh')}
    >
      {isChinese ? 'English' : '中文'}
    </button>
  );
}

function Lost() {
  const state = useStore(connection);
  return (
    <p class={`lost ${state}`} role="alert">
      {state === 'lost' &&
        say(
          'The simulator does not answer. What you see may be old; it goes on as soon as it is back.',
          '模拟器没有响应，所见内容可能已过期；恢复后会自动继续。',
        )}
    </p>
  );
}
