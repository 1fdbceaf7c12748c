import { tracingChannel } from 'node:diagnostics_channel';
import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/** One span for each upstream call, notification, settlement and login. */
export function traceWxpay(tracer = trace.getTracer('koa-wxpay')): void {
  for (const name of ['upstream', 'notification', 'settlement', 'login']) {
    const spans = new WeakMap<object, Span>();
    const { start, asyncEnd } = tracingChannel<object>(`koa-wxpay:${name}`);
    start.subscribe((fields) => spans.set(fields as object, tracer.startSpan(`koa-wxpay ${name}`)));
    asyncEnd.subscribe((fields) => {
      const span = spans.get(fields as object)?.setAttributes({ ...(fields as Attributes) });
      if ('code' in (fields as object)) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    });
  }
}
