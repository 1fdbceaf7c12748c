import type { AppJson } from '../../simulator/control/json-types.js';
import { useStore } from '../api/store.js';
import { code, Facts } from '../parts/facts.js';
import { ViewTitle } from '../parts/view-title.js';
import { apps, merchants, overview } from '../state.js';
import { pick, say, type Text } from '../text/language.js';
import { Merchant } from './merchant.js';
import { People } from './people.js';
import { secret } from './secret.js';

const KINDS: Readonly<Record<AppJson['kind'], Text>> = {
  officialAccount: { en: 'Official account', zh: '公众号' },
  miniProgram: { en: 'Mini program', zh: '小程序' },
  mobileApp: { en: 'App', zh: '移动应用' },
};

/** Addresses, accounts, merchants with their keys, and people. */
export function Accounts() {
  const urls = useStore(overview)?.urls;
  const known = useStore(merchants);
  const accounts = useStore(apps);
  return (
    <>
      <ViewTitle>{say('Accounts and keys', '账户与密钥')}</ViewTitle>
      <section class="card">
        <h3>{say('Addresses', '地址')}</h3>
        <Facts
          of={[
            code('api.mch.weixin.qq.com', urls?.primary),
            code('api2.mch.weixin.qq.com', urls?.backup),
            code('TLS', urls?.tls ?? undefined),
            code(say('The phone', '手机'), urls?.phone),
          ]}
        />
      </section>
      {known.map((merchant) => (
        <Merchant key={merchant.mchid} of={merchant} />
      ))}
      {accounts.map(({ appid, secret: appSecret, kind }) => (
        <section key={appid} class="card">
          <h3>{pick(KINDS[kind])}</h3>
          <Facts of={[code('appid', appid), secret('AppSecret', appSecret)]} />
        </section>
      ))}
      <People />
    </>
  );
}
