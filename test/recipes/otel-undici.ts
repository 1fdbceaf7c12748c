import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

/** The address of WeChat's token calls holds the AppSecret: they are left out, and the channel `upstream` has them. */
export const undiciInstrumentation = new UndiciInstrumentation({
  ignoreRequestHook: ({ origin }) => /\.weixin\.qq\.com$/.test(new URL(origin).hostname),
});
