import type { DeliveryJson, ScenarioListJson } from '../../simulator/control/json-types.js';
import { scenarios } from '../state.js';
import { pick, say, type Text } from '../text/language.js';

const KINDS: Readonly<Record<DeliveryJson['kind'], Text>> = {
  'v2.payment': { en: 'Payment notification, v2', zh: '支付通知 v2' },
  'v2.refund': { en: 'Refund notification, v2', zh: '退款通知 v2' },
  'v3.payment': { en: 'Payment notification, v3', zh: '支付通知 v3' },
  'v3.refund': { en: 'Refund notification, v3', zh: '退款通知 v3' },
  'v3.event': { en: 'Event, v3', zh: '事件通知 v3' },
};

export const kindText = (kind: DeliveryJson['kind']): string => pick(KINDS[kind]);

/** What was sent, and for which time. */
export function deliveryName({ kind, attempt }: DeliveryJson): string {
  return attempt === 1
    ? kindText(kind)
    : say(`${kindText(kind)}, attempt ${attempt}`, `${kindText(kind)}，第 ${attempt} 次`);
}

/** Whether an attempt was acknowledged, in short. */
export function acknowledgement({ acknowledged, status, error }: DeliveryJson): {
  tone: 'good' | 'bad' | 'plain';
  text: string;
} {
  if (acknowledged) return { tone: 'good', text: say('acknowledged', '已确认') };
  if (status === undefined && error === undefined) return { tone: 'plain', text: say('under way', '发送中') };
  if (status === undefined) return { tone: 'bad', text: say('no answer', '无应答') };
  return { tone: 'bad', text: say(`${status}, not acknowledged`, `${status}，未确认`) };
}

/** Why an attempt counts as acknowledged, or why not. */
export function verdict({ acknowledged, status, error, kind }: DeliveryJson): string {
  if (acknowledged) return say('Your shop acknowledged it. It is not sent again.', '商户已确认，不再重发。');
  if (error !== undefined) {
    if (error === 'lost on the way')
      return say('It was lost on the way, as was asked for.', '按场景设置，在途中丢失。');
    return say(`Your shop did not answer: ${error}`, `商户没有应答：${error}`);
  }
  if (status === undefined) return say('It is under way.', '发送中。');
  if (kind.startsWith('v3')) {
    return say(
      `Your shop answered ${status}. Only 200 and 204 acknowledge a notification of API v3.`,
      `商户应答 ${status}。API v3 的通知只有 200 或 204 才算确认。`,
    );
  }
  return status === 200
    ? say(
        'Your shop answered 200 without return_code SUCCESS in its body.',
        '商户应答 200，但报文中没有 return_code SUCCESS。',
      )
    : say(
        `Your shop answered ${status}. Only 200 can acknowledge a notification of API v2.`,
        `商户应答 ${status}。API v2 的通知只有 200 才可能算确认。`,
      );
}

/** The faults that were asked for, in words. */
export function faultText(fault: object): string {
  const list: ScenarioListJson['scenarios'] = scenarios.get()?.scenarios ?? [];
  const names = Object.entries(fault).map(([name, value]) => {
    const found = list.find((scenario) => scenario.name === `notify.${name}`);
    const choice = found?.choices.find((each) => JSON.stringify(each.value) === JSON.stringify(value));
    const label = choice ? pick(choice.text) : found ? pick(found.label) : name;
    return choice || value === true ? label : `${label} ${JSON.stringify(value)}`;
  });
  return names.join(say(', ', '、'));
}
