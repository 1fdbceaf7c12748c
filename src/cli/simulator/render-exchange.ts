import { escaped } from '../../explain/difference.js';
import type { DeliveryDetailJson, RequestDetailJson } from '../../simulator/control/json-types.js';
import type { Paint } from '../output/paint.js';
import { time } from '../output/values.js';

type Headers = RequestDetailJson['headers'];
type Body = RequestDetailJson['body'];

/** A request of the log, whole. The APIv2 key at the end of a string to sign is not printed. */
export function renderRequest(request: RequestDetailJson, paint: Paint): string {
  const { id, at, method, url, host, code, message, notes, headers, body, signature, answer } = request;
  const { bold, dim, red, green, yellow } = paint;
  const parts = [
    `${bold(id)} ${dim(time(at))}  ${method} ${host}${url}`,
    ...(code === undefined ? [] : [red([code, message].filter(Boolean).join(' '))]),
    ...notes.map((note) => yellow(note)),
    section('Request', [...headerLines(headers), '', bodyText(body)], paint),
  ];
  if (signature) {
    const verdict = signature.valid ? green('right') : red(`wrong: koa-wxpay explain ${id} says why`);
    parts.push(
      section(`String to sign (${signature.scheme}, ${verdict})`, lines(withoutKey(signature.message)), paint),
    );
  }
  if (answer) {
    const content = [
      ...headerLines(answer.headers),
      '',
      ...(answer.body ? [bodyText(answer.body)] : [dim('(streamed)')]),
    ];
    parts.push(section(`Answer ${answer.status}`, content, paint));
  }
  return parts.join('\n');
}

/** An attempt to notify, whole. */
export function renderDelivery(delivery: DeliveryDetailJson, paint: Paint): string {
  const {
    id,
    at,
    kind,
    url,
    attempt,
    method = 'POST',
    headers = [],
    body,
    signature,
    decrypted,
    status,
    reply,
    verdict,
    acknowledged,
    fault,
  } = delivery;
  const { bold, dim, red, green, yellow } = paint;
  const parts = [
    `${bold(id)} ${dim(time(at))}  ${kind}, attempt ${attempt}  ${method} ${url}`,
    acknowledged ? green(verdict) : red(verdict),
    ...(fault ? [yellow(`asked for: ${JSON.stringify(fault)}`)] : []),
    section('Sent', body ? [...headerLines(headers), '', bodyText(body)] : [dim('(nothing)')], paint),
  ];
  if (signature)
    parts.push(section(`String to sign (${signature.scheme})`, lines(withoutKey(signature.received)), paint));
  if (decrypted !== undefined) parts.push(section('Decrypted', [decrypted], paint));
  if (status !== undefined) parts.push(section(`Your answer ${status}`, [reply || dim('(empty)')], paint));
  return parts.join('\n');
}

const section = (title: string, content: readonly string[], { bold }: Paint): string =>
  `\n${bold(title)}\n${content
    .flatMap((text) => text.split('\n'))
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')}`;

const headerLines = (headers: Headers): string[] => headers.map(({ name, value }) => `${name}: ${value}`);

const bodyText = ({ text, base64, size, truncated }: Body): string => {
  const shown = text ?? (base64 === undefined ? '' : `base64 ${base64}`);
  return truncated ? `${shown}… (${size} bytes)` : shown || '(no body)';
};

const withoutKey = (message: string): string => message.replace(/&key=[^&]*$/, '&key=<API key>');

/** Each line of a string to sign, with its line feed visible. */
const lines = (message: string): string[] => message.split(/(?<=\n)/).map(escaped);
