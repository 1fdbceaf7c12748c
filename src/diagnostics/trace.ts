import type { TracingChannel } from 'node:diagnostics_channel';
import { apiMeaning, WxpayError } from '../core/errors.js';
import {
  CHANNELS,
  type LoginTrace,
  type NotificationTrace,
  type SettlementTrace,
  type Trace,
  type UpstreamTrace,
} from './channels.js';
import { debug, printTraces } from './debug.js';

interface Traces {
  upstream: UpstreamTrace;
  notification: NotificationTrace;
  settlement: SettlementTrace;
  login: LoginTrace;
}

if (debug.enabled) printTraces();

/**
 * Runs `work`, and publishes its beginning and its end on a tracing channel. `work` fills in the fields that are known later. Neither
 * its result nor its error is published: they hold openids and texts from outside. Without a subscriber it costs one check.
 */
export function trace<Name extends keyof Traces, Result>(
  name: Name,
  fields: Traces[Name],
  work: (fields: Traces[Name]) => Promise<Result>,
): Promise<Result> {
  const channel = CHANNELS[name] as unknown as TracingChannel<Traces[Name]>;
  if (!hasSubscribers(channel)) return work(fields);
  const begun = performance.now();
  const end = (): void => {
    fields.milliseconds = Math.round((performance.now() - begun) * 1_000) / 1_000;
    channel.asyncStart.publish(fields);
    channel.asyncEnd.publish(fields);
  };
  return channel.start.runStores(fields, () => {
    const done = work(fields).then(
      (result) => {
        end();
        return result;
      },
      (error: unknown) => {
        noteError(fields, error);
        channel.error.publish(fields);
        end();
        throw error;
      },
    );
    channel.end.publish(fields);
    return done;
  });
}

/** `TracingChannel.hasSubscribers` came with Node 20.13 and 22. */
const hasSubscribers = ({ start, end, asyncStart, asyncEnd, error }: TracingChannel<object>): boolean =>
  [start, end, asyncStart, asyncEnd, error].some((channel) => channel.hasSubscribers);

/** What is published of an error: our code, and what WeChat's refusal means. */
export function noteError(fields: Trace, error: unknown): void {
  fields.code = error instanceof WxpayError ? error.code : 'unknown';
  const meaning = apiMeaning(error);
  if (meaning !== undefined) fields.meaning = meaning;
}
