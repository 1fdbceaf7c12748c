import { currentLanguage } from '../text/language.js';

/** What the simulator notes about requests, and how it is said in Chinese. `$1` stands for what varies. */
const NOTES: readonly (readonly [note: RegExp, zh: string])[] = [
  [/^the connection was reset$/, '连接被重置'],
  [
    /^over plain http no client certificate can be checked.*$/,
    '明文 http 下无法校验商户证书；使用 TLS 时微信会要求提供',
  ],
  [/^serial_no must be (\w+), .*$/, 'serial_no 应为商户证书的序列号 $1'],
  [/^there is no merchant (.*): there are (.*)$/, '没有商户 $1，现有：$2'],
  [/^the merchant has no platform key (.*) in the mode "(.*)"$/, '在 “$2” 模式下，该商户没有平台密钥 $1'],
  [
    /^the timestamp is (-?\d+) s behind the simulator's clock and (-?\d+) s behind the real one$/,
    '时间戳比模拟器时钟慢 $1 秒，比真实时间慢 $2 秒',
  ],
  [/^the timestamp is (-?\d+) s behind the simulator's clock$/, '时间戳比模拟器时钟慢 $1 秒'],
  [/^not simulated: (.*)\. Answer it with a route of your own\.$/, '未模拟：$1。可用自定义路由应答'],
  [/^(.*) is not simulated$/, '$1 未模拟'],
];

/** A note of the simulator in the present language. One that is not known here stays as it is. */
export function noteText(note: string): string {
  if (currentLanguage() === 'en') return note;
  const found = NOTES.find(([pattern]) => pattern.test(note));
  return found ? note.replace(found[0], found[1]) : note;
}
