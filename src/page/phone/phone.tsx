import { useEffect, useRef, useState } from 'preact/hooks';
import { useStore } from '../api/store.js';
import { attempt } from '../parts/notices.js';
import { apps, overview, people } from '../state.js';
import { say } from '../text/language.js';
import { hourMinute } from '../text/values.js';
import { useNow } from '../time/now.js';
import { open, PHONE, screen, shownAddress, showOnPhone } from './navigation.js';

const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads';
/** Pages without the bridge do not answer: they are opened anew. */
const ANSWER_MS = 1500;

/** A phone whose screen is a frame with the shop. */
export function Phone() {
  const { src, count } = useStore(screen);
  const frame = useRef<HTMLIFrameElement>(null);
  const heard = useRef(false);

  useEffect(() => {
    const listen = ({ source, data }: MessageEvent): void => {
      const said = data as { wxsim?: string; href?: string } | null;
      if (source !== frame.current?.contentWindow || said?.wxsim !== 'at') return;
      heard.current = true;
      shownAddress.set(String(said.href));
    };
    addEventListener('message', listen);
    return () => removeEventListener('message', listen);
  }, []);

  const reload = (): void => {
    heard.current = false;
    frame.current?.contentWindow?.postMessage({ wxsim: 'reload' }, PHONE);
    setTimeout(() => heard.current || screen.set({ src, count: count + 1 }), ANSWER_MS);
  };
  const back = (): void => frame.current?.contentWindow?.postMessage({ wxsim: 'back' }, PHONE);

  return (
    <section class="phone" aria-label={say('Phone', '手机')}>
      <div class="device">
        <div class="status">
          <PhoneClock />
          <span>{say('WeChat', '微信')}</span>
        </div>
        <div class="bar">
          <PhoneButton name={say('Back', '后退')} text="‹" onPress={back} />
          <AddressBar />
          <PhoneButton name={say('Reload', '刷新')} text="↻" onPress={reload} />
          <PhoneButton name={say('To the shop', '商户首页')} text="⌂" onPress={() => showOnPhone('/')} />
        </div>
        <iframe
          key={count}
          ref={frame}
          class="screen"
          title={say('The shop on the phone', '手机上的商户页面')}
          src={src}
          sandbox={SANDBOX}
        />
      </div>
      <PhoneSettings />
    </section>
  );
}

const PhoneClock = () => <time>{hourMinute(useNow())}</time>;

const PhoneButton = ({ name, text, onPress }: { name: string; text: string; onPress(): void }) => (
  <button type="button" aria-label={name} title={name} onClick={onPress}>
    {text}
  </button>
);

/** Takes a path, an address, a code_url or the parameters of an app. */
function AddressBar() {
  const address = useStore(shownAddress);
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(() => open(typed ?? address)).then(() => setTyped(undefined));
      }}
    >
      <input
        id="address"
        aria-label={say('Address', '地址')}
        placeholder={say('address or code_url', '地址或 code_url')}
        spellcheck={false}
        autocomplete="off"
        value={typed ?? address.replace(/^https?:\/\//, '')}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={() => setTyped(undefined)}
      />
    </form>
  );
}

/** Who holds the phone, and what it is: WeChat's browser, or a mini program. */
function PhoneSettings() {
  const persons = useStore(people);
  const miniPrograms = useStore(apps).filter(({ kind }) => kind === 'miniProgram');
  const shop = useStore(overview)?.shop ?? null;
  const [holder, setHolder] = useState(cookie('wxsim_person'));
  const known = persons.some(({ id }) => id === holder) ? holder : (persons[0]?.id ?? '');
  const give = (id: string): void => {
    setHolder(id);
    showOnPhone(`/__wechat/person?id=${encodeURIComponent(id)}&back=/`);
  };
  return (
    <div class="phone-settings">
      <label>
        {say('Phone of', '持有人')}{' '}
        <select id="person" value={known} onChange={({ currentTarget }) => give(currentTarget.value)}>
          {persons.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {miniPrograms.length > 0 && (
        <label>
          {say('As', '打开方式')}{' '}
          <select
            onChange={({ currentTarget }) =>
              showOnPhone(`/__wechat/mini-program?appid=${encodeURIComponent(currentTarget.value)}&back=/`)
            }
          >
            <option value="">{say('WeChat’s browser', '微信内网页')}</option>
            {miniPrograms.map(({ appid }) => (
              <option key={appid} value={appid}>
                {say(`mini program ${appid}`, `小程序 ${appid}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <a href={`${PHONE}/`} target="_blank" rel="noopener">
        {say('Open in a tab', '在新标签页打开')} ↗
      </a>
      {shop === null && (
        <p class="soft">
          {say(
            'Type the address of your shop above, such as 127.0.0.1:3000.',
            '在上方输入商户地址，例如 127.0.0.1:3000。',
          )}
        </p>
      )}
    </div>
  );
}

const cookie = (name: string): string =>
  decodeURIComponent(new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? '');
