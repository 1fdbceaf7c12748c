import { explainParameters } from '../../explain/parameters.js';
import type { Explanation, Known, Recorded } from '../../explain/types.js';
import { explainMessageV2 } from '../../explain/v2/message.js';
import { explainMessageV3 } from '../../explain/v3/message.js';
import { explainRequestV3 } from '../../explain/v3/request.js';
import { type Command, choice, command, jsonOption } from '../command.js';
import { readKeys } from '../explain/keys.js';
import { render } from '../explain/render.js';
import { paint } from '../output/paint.js';
import { readFile } from '../read-file.js';
import { readMessage } from '../recorded/read-message.js';
import { connect } from '../simulator/client.js';
import { type UrlOption, withUrl } from '../simulator/url-option.js';
import { CommandFailed, UsageError } from '../usage.js';

const NOTES = `A message is given as it travelled, for example as a proxy recorded it:

  POST /v3/pay/transactions/jsapi HTTP/1.1
  Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000109",…
  Content-Type: application/json

  {"appid":"wx0123456789abcdef",…}

or as JSON with "method", "url", "headers" and "body" (the text that travelled), or as the XML of API v2.
Keys are never printed. Exits with 1 when something is wrong.`;

/** `koa-wxpay explain` */
export const explainCommand = (): Command =>
  withUrl(
    command('explain', {
      summary: 'why a signature was refused: both strings to sign, the first difference, the usual cause',
      description:
        'Explains why a request, an answer, a notification or the parameters of a page were refused. It finds out which ' +
        'key signed, searches the usual mistakes for the text that was signed, and prints both strings.',
      notes: NOTES,
      examples: [
        ['explain r12', 'a request in the log of a running simulator'],
        [
          'explain --request refused.http --key apiclient_cert.pem',
          'a request that WeChat Pay answered with SIGN_ERROR',
        ],
        ['explain --notification notice.http --key pub_key.pem --key api-v3-key.txt', 'a notification that you refuse'],
        [
          'explain --request order.xml --key api-v2-key.txt --signed string.txt',
          'with the string that your program signed',
        ],
        ['explain --parameters page.json --key apiclient_key.pem', 'what a page handed to WeixinJSBridge'],
      ],
    }),
  )
    .argument('[id]', 'a request (r12) or a notification (d3) of a running simulator')
    .option('--request <file>', 'a request to WeChat Pay')
    .option('--notification <file>', 'a notification from WeChat Pay')
    .option('--answer <file>', 'an answer of WeChat Pay')
    .option('--parameters <file>', 'JSON of the parameters of a page, a mini program or an app')
    .addOption(choice('--api <version>', 'the API that placed the order of --parameters', ['v3', 'v2']).default('v3'))
    .option(
      '--key <file>',
      'a file with a key: a PEM, a certificate, or the text of an APIv2 or APIv3 key; may be repeated',
      (file: string, files: string[]) => [...files, file],
      [],
    )
    .option('--signed <file>', 'the string that your program signed or verified, as it is or as a JSON string')
    .option(
      '--at <time>',
      'when the message was judged, such as 2026-11-28T09:30:00+08:00 (default: its Date header)',
      momentOf,
    )
    .addOption(jsonOption())
    .action(run);

interface Options extends UrlOption {
  request?: string;
  notification?: string;
  answer?: string;
  parameters?: string;
  api: 'v2' | 'v3';
  key: string[];
  signed?: string;
  at?: number;
  json?: boolean;
}

async function run(id: string | undefined, options: Options): Promise<void> {
  const explanation = id === undefined ? explainFiles(options) : await explainLogged(id, options.url);
  console.log(options.json ? JSON.stringify(explanation, null, 2) : render(explanation, paint(process.stdout)));
  if (explanation.verdict === 'wrong') process.exitCode = 1;
}

/** What the log of a simulator keeps, with the keys that it knows. */
async function explainLogged(id: string, url: string): Promise<Explanation> {
  const [, kind] = /^([rd])\d+$/.exec(id) ?? [];
  if (kind === undefined) throw new UsageError(`${id} is neither a request such as r12 nor a notification such as d3`);
  const path = `/${kind === 'r' ? 'requests' : 'deliveries'}/${id}`;
  const { explanation } = await connect(url).request<{ explanation?: Explanation }>('GET', path);
  if (explanation) return explanation;
  throw new CommandFailed(
    `${id} has no signature to explain: "koa-wxpay ${kind === 'r' ? 'logs' : 'deliveries'} ${id}" shows it`,
  );
}

function explainFiles({ request, notification, answer, parameters, api, key, signed, at }: Options): Explanation {
  const files = [request, notification, answer, parameters].filter((file) => file !== undefined);
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new UsageError(
      'an id, or one of --request, --notification, --answer and --parameters is needed: see "koa-wxpay explain --help"',
    );
  }
  const logged = signed === undefined ? {} : { signed: readSigned(signed) };
  const known: Known = { ...readKeys(key), ...logged };
  if (parameters !== undefined) return explainParameters(readParameters(parameters), api, known);
  const message = readMessage(readFile(file), file);
  const now = at ?? dateOf(message);
  return explainMessage(message, request !== undefined, now === undefined ? known : { ...known, now });
}

/** API v2 is XML, and API v3 has its signature in headers. */
export function explainMessage(message: Recorded, isRequest: boolean, known: Known): Explanation {
  if (message.body.toString('latin1', 0, 512).trimStart().startsWith('<')) return explainMessageV2(message.body, known);
  return isRequest ? explainRequestV3(message, known) : explainMessageV3(message, known);
}

/** When the message was sent, by its own account. */
function dateOf({ headers }: Recorded): number | undefined {
  const date = Date.parse(headers.date?.[0] ?? '');
  return Number.isNaN(date) ? undefined : date;
}

function momentOf(text: string): number {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new UsageError(`--at must be a time such as 2026-11-28T09:30:00+08:00, or Unix seconds, not "${text}"`);
}

function readSigned(file: string): string {
  const text = readFile(file).toString();
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new UsageError(`--signed ${file} begins with a quote and is no JSON string`);
  }
}

function readParameters(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFile(file).toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  throw new UsageError(`${file} must be JSON with appId, timeStamp, nonceStr, package, signType and paySign`);
}
