import type { MerchantJson } from '../../simulator/control/json-types.js';
import { duration } from '../arguments.js';
import { type Command, command, jsonOption } from '../command.js';
import { connect, part } from '../simulator/client.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  mchid?: string;
  ahead?: number;
  overlap?: number;
  json?: boolean;
}

/** `koa-wxpay rotate` */
export const rotateCommand = (): Command =>
  withUrl(
    command('rotate', {
      summary: 'issue a new platform certificate',
      description: 'Issues a new certificate of WeChat Pay for a merchant, as happens in production every five years.',
      examples: [
        ['rotate', 'in force at once; the old one stays known for a day'],
        ['rotate --overlap 0s', 'the old one is unknown at once'],
        ['rotate --ahead 1d', 'in force in a day'],
      ],
    }),
  )
    .option('--mchid <number>', 'the merchant (default: the first one)')
    .option('--ahead <duration>', 'how long until it is in force, such as 1d', duration('--ahead'))
    .option('--overlap <duration>', 'how long the old ones stay known after that, such as 1h', duration('--overlap'))
    .addOption(jsonOption())
    .action(run);

async function run({ url, mchid, ahead, overlap, json }: Options): Promise<void> {
  const { request } = connect(url);
  const of = mchid ?? (await request<{ merchants: MerchantJson[] }>('GET', '/merchants')).merchants[0]?.mchid ?? '';
  const body = { ...(ahead !== undefined && { ahead }), ...(overlap !== undefined && { overlap }) };
  const { serial, merchant } = await request<{ serial: string; merchant: MerchantJson }>(
    'POST',
    `/merchants/${part(of)}/rotate`,
    body,
  );
  const certificates = merchant.certificates.map(({ serial, effectiveAt }) => ({ serial, effectiveAt }));
  if (json) return console.log(JSON.stringify({ serial, platform: merchant.platform, certificates }, null, 2));
  console.log(`new certificate ${serial}`);
  if (merchant.platform === 'publicKey') {
    console.log(
      'The merchant uses the public key only: "koa-wxpay scenario on v3.platform certificates" makes it use certificates.',
    );
  }
}
