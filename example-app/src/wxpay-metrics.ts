import { tracingChannel } from 'node:diagnostics_channel';
import { Histogram, type Registry } from 'prom-client';

/** `wxpay_upstream_seconds`, `wxpay_notification_seconds`, `wxpay_settlement_seconds` and `wxpay_login_seconds`. */
export function measureWxpay(registry: Registry): void {
  const labels = {
    upstream: ['operation', 'status', 'meaning', 'code'],
    notification: ['version', 'type', 'verdict', 'code'],
    settlement: ['type', 'verdict', 'code'],
    login: ['middleware', 'outcome', 'code'],
  };
  for (const [name, labelNames] of Object.entries(labels)) {
    const seconds = new Histogram({
      name: `wxpay_${name}_seconds`,
      help: `Seconds of each ${name}`,
      labelNames,
      registers: [registry],
    });
    tracingChannel(`koa-wxpay:${name}`).asyncEnd.subscribe((given) => {
      const fields = given as Record<string, string | number>;
      const used = Object.fromEntries(labelNames.map((label) => [label, fields[label] ?? '']));
      seconds.observe(used, Number(fields.milliseconds) / 1_000);
    });
  }
}
