import { once } from 'node:events';
import { WxpayError } from 'koa-wxpay';

/** Starts a program and prints one line about it, or about why it could not start. On a signal it stops in order. */
export async function runUntilStopped(start: () => Promise<{ says: string; stop(): Promise<void> }>): Promise<void> {
  try {
    const { says, stop } = await start();
    // before it is said: whoever reads it may stop us at once
    const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    console.log(says);
    await told;
    await stop();
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
    const taken = code === 'EADDRINUSE' && port !== undefined;
    console.error(taken ? `port ${port} is in use: PORT=4000 npm start takes others` : message);
    process.exit(1);
  }
}

/** What was foreseen in one line with its code, what was not with its stack. */
export function report(error: Error): void {
  if (!(error instanceof WxpayError)) console.error(error);
  else console.error(`${error.code} ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}
