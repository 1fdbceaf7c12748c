import { createPrivateKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { appParams } from '../../../src/core/v2/pay-params.js';
import { signApp } from '../../../src/core/v3/paysign.js';
import type { AppParams } from '../../../src/core/vocabulary.js';
import { order } from './support.js';
import { call, orderBody } from './v3-support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
  sim.switches.notification = 'never';
});
afterEach(() => sim.close());

const V3 = '/v3/pay/transactions';
const h5_info = { type: 'Wap' };

/** Places an order that is paid by a link, and returns the link. */
async function link(version: 'v2' | 'v3', way: 'h5' | 'native', baseUrl?: string): Promise<string> {
  if (version === 'v3') {
    const scene_info = { payer_client_ip: '127.0.0.1', h5_info };
    const body = orderBody(sim, { payer: undefined, scene_info });
    const answer = await call(sim, 'POST', `${V3}/${way}`, body, { ...(baseUrl && { baseUrl }) });
    return String(answer.body?.[way === 'h5' ? 'h5_url' : 'code_url']);
  }
  const fields = { openid: '', product_id: '1', scene_info: JSON.stringify({ h5_info }) };
  const trade_type = way === 'h5' ? 'MWEB' : 'NATIVE';
  const answer = await order(sim, { ...fields, trade_type });
  return String(answer.get(way === 'h5' ? 'mweb_url' : 'code_url'));
}

const open = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { redirect: 'manual', headers });
const submit = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
const state = () => sim.order('SHOP00A17')?.trade_state;
const back = encodeURIComponent('https://shop.example/done?order=1');

describe.each(['v2', 'v3'] as const)('%s', (version) => {
  test('the page of an H5 order shows it, pays it and returns to redirect_url', async () => {
    const url = `${await link(version, 'h5')}&redirect_url=${back}`;
    const page = await open(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('19.90')]);
    const paid = await submit(url, { answer: 'pay' });
    expect([paid.status, paid.headers.get('location')]).toEqual([
      303,
      'https://shop.example/done?order=1',
    ]);
    expect(state()).toBe('SUCCESS');
    expect(await (await open(url)).text()).toContain('该订单已支付');
  });

  test('a cancelled H5 payment returns to redirect_url, too', async () => {
    const url = `${await link(version, 'h5')}&redirect_url=${back}`;
    const left = await submit(url, { answer: 'cancel' });
    expect([left.status, state()]).toEqual([303, 'NOTPAY']);
  });

  test('an H5 link leads to the cashier for five minutes', async () => {
    const url = await link(version, 'h5');
    await sim.clock.advance(300_000);
    expect(await (await submit(url, { answer: 'pay' })).text()).toContain('链接已过期');
    expect(state()).toBe('NOTPAY');
  });

  test('a QR code is scanned on the phone', async () => {
    const url = `${sim.phoneUrl}/__wechat/scan?url=${encodeURIComponent(await link(version, 'native'))}`;
    expect(await (await open(url)).text()).toContain('立即支付');
    expect(await (await submit(url, { answer: 'pay' })).text()).toContain('支付成功');
    expect(state()).toBe('SUCCESS');
  });

  test.each(['h5', 'native'] as const)('the link of %s is paid over HTTP', async (way) => {
    const url = await link(version, way);
    const response = await fetch(`${sim.url}/__sim/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    });
    expect(await response.json()).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(state()).toBe('SUCCESS');
  });

  const paramsOf = async (): Promise<AppParams> => {
    const { appid } = sim.app;
    const { mchid, key, v3 } = sim.merchant;
    if (version === 'v2') {
      const prepay_id = (await order(sim, { trade_type: 'APP', openid: '' })).get('prepay_id');
      return appParams(
        { appid, mchid, keys: [key], signType: 'MD5', acceptSignTypes: [] },
        String(prepay_id),
        { timestamp: 1414561699, nonce: 'n0nce' },
      );
    }
    const body = orderBody(sim, { payer: undefined });
    const { prepay_id } = (await call(sim, 'POST', `${V3}/app`, body)).body ?? {};
    const privateKey = createPrivateKey(v3.privateKey);
    return signApp({
      appid,
      mchid,
      prepay_id: String(prepay_id),
      privateKey,
      timestamp: '1414561699',
      nonceStr: 'n0nce',
    });
  };

  test('the parameters of an app are paid, and their signature is checked', async () => {
    const params = await paramsOf();
    const { sign: _, ...unsigned } = params;
    for (const [wrong, err_desc] of [
      [{ ...params, noncestr: 'other' }, '支付验证签名失败'],
      [{ ...params, partnerid: '1900000999' }, 'prepayid与appid或partnerid不匹配'],
      [{ ...params, package: 'prepay_id=1' }, 'package参数错误：应为Sign=WXPay'],
      [{ ...params, timestamp: 1414561699 }, '支付参数类型错误：timestamp必须是字符串'],
      [unsigned, '调用支付JSAPI缺少参数：sign'],
    ] as const) {
      expect(await sim.pay(wrong as unknown as AppParams)).toMatchObject({ err_desc });
    }
    const url = `${sim.phoneUrl}/__wechat/scan?url=${encodeURIComponent(JSON.stringify(params))}`;
    expect(await (await open(url)).text()).toContain('19.90');
    expect(await sim.pay(params)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(state()).toBe('SUCCESS');
  });
});

test('without redirect_url an H5 payment returns to the page it came from', async () => {
  const url = await link('v3', 'h5');
  const shown = await (await open(url, { referer: 'https://shop.example/cart' })).text();
  expect(shown).toContain('name="back" value="https://shop.example/cart"');
  const paid = await submit(url, { answer: 'pay', back: 'https://shop.example/cart' });
  expect(paid.headers.get('location')).toBe('https://shop.example/cart');
});

test('a script is no address to return to', async () => {
  const url = `${await link('v3', 'h5')}&redirect_url=${encodeURIComponent('javascript:alert(1)')}`;
  const paid = await submit(url, { answer: 'pay' });
  expect([paid.status, await paid.text()]).toEqual([200, expect.not.stringContaining('script:')]);
});

test('a page outside the H5 domains of the merchant cannot lead to a payment', async () => {
  await sim.close();
  sim = await createSimulator({ merchant: { h5Domains: ['shop.example'] } });
  const url = await link('v3', 'h5');
  const shown = async (referer?: string) => (await open(url, referer ? { referer } : {})).text();
  expect(await shown()).toContain('商家参数格式有误');
  expect(await shown('https://other.example/')).toContain('商家存在未配置的参数');
  expect(await shown('https://shop.example/cart')).toContain('立即支付');
});

test('what the shop wrote enters the page as text', async () => {
  const scene_info = { payer_client_ip: '127.0.0.1', h5_info };
  const body = { payer: undefined, scene_info, description: '<script>alert(1)</script>' };
  const answer = await call(sim, 'POST', `${V3}/h5`, orderBody(sim, body));
  const page = await (await open(String(answer.body?.h5_url))).text();
  expect(page).not.toContain('<script>alert');
});

test('no address contains 0.0.0.0', async () => {
  await sim.close();
  sim = await createSimulator({ host: '0.0.0.0', tls: {} });
  const { port } = new URL(sim.url);
  const addresses = [
    ...[sim.url, sim.backupUrl, sim.phoneUrl, sim.tls?.url],
    await link('v3', 'h5'),
    await link('v3', 'h5', `http://0.0.0.0:${port}`),
    await link('v2', 'h5'),
  ];
  expect(addresses.filter((address) => address?.includes('0.0.0.0'))).toEqual([]);
  expect((await open(String(addresses.at(4)))).status).toBe(200);
});

test('a page opened under another name of the machine shows the phone under that name', async () => {
  await sim.close();
  sim = await createSimulator({ host: '0.0.0.0' });
  const { port } = new URL(sim.url);
  const phonePort = new URL(sim.phoneUrl).port;
  const page = await (await fetch(`http://127.0.0.2:${port}/`)).text();
  expect(page).toContain(`data-phone="http://127.0.0.2:${phonePort}"`);
});
