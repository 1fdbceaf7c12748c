import type { MerchantJson } from '../../simulator/control/json-types.js';
import { part, request } from '../api/client.js';
import { Button } from '../parts/button.js';
import { code, Facts } from '../parts/facts.js';
import { attempt, notify } from '../parts/notices.js';
import { loadMerchants } from '../state.js';
import { say } from '../text/language.js';
import { secret } from './secret.js';

const MODES = [
  ['publicKey', 'with a public key', '微信支付公钥'],
  ['certificates', 'with certificates', '平台证书'],
  ['mixed', 'with both, while it moves', '两者并用（迁移期）'],
] as const;

/** One merchant: its keys, and how WeChat Pay signs towards it. */
export function Merchant({ of }: { of: MerchantJson }) {
  const { mchid, platform, key, apiV3Key, serial_no, privateKey, certificate, publicKey, certificates } = of;
  const change = (mode: string): void =>
    void attempt(async () => {
      await request('PATCH', `/merchants/${part(mchid)}`, { platform: mode });
      await loadMerchants();
    });
  const rotate = async (): Promise<void> => {
    const { serial } = await request<{ serial: string }>('POST', `/merchants/${part(mchid)}/rotate`, {});
    await loadMerchants();
    notify(say(`New certificate ${serial}`, `新证书 ${serial}`));
  };
  return (
    <section class="card" aria-label={say(`Merchant ${mchid}`, `商户 ${mchid}`)}>
      <h3>
        {say('Merchant', '商户')} {mchid}
      </h3>
      <p class="buttons">
        <label>
          {say('WeChat Pay signs', '微信支付签名方式')}{' '}
          <select value={platform} onChange={({ currentTarget }) => change(currentTarget.value)}>
            {MODES.map(([value, en, zh]) => (
              <option key={value} value={value}>
                {say(en, zh)}
              </option>
            ))}
          </select>
        </label>
        <Button onPress={rotate}>{say('New platform certificate', '更换平台证书')}</Button>
      </p>
      <Facts
        of={[
          code('mchid', mchid),
          { name: 'appid', value: <code>{of.appids.join(', ')}</code> },
          secret('APIv3 key', apiV3Key),
          secret('APIv2 key', key),
          code('serial_no', serial_no),
          secret('apiclient_key.pem', privateKey),
          secret('apiclient_cert.pem', certificate),
          code(say('Id of the public key', '微信支付公钥 ID'), publicKey.id),
          secret('pub_key.pem', publicKey.pem),
          {
            name: say('Platform certificates', '平台证书'),
            value: (
              <span class="stack">
                {certificates.map(({ serial }) => (
                  <code key={serial}>{serial}</code>
                ))}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}
