import { hasCode, WxpayError } from '../core/errors.js';
import { HandlerFailure } from './handler-failure.js';
import type { Claim } from './once.js';

/** Counts the statements that a handler runs through the transaction it was given. */
export interface StatementWatch {
  /** Runs one statement, which counts as under way until its promise has settled. */
  run<T>(statement: () => Promise<T>): Promise<T>;
  /** Counts a statement that was sent. For libraries that report their statements as events. */
  begin(): void;
  /** Counts a statement that was answered or failed. */
  end(): void;
  /**
   * Checks the handler. Call it when the handler has returned, before the commit.
   *
   * @throws {WxpayError} `ERR_WXPAY_HANDLER_FAILED` when a statement is still under way, or when
   * none was run and the claim requires one
   */
  check(claim: Claim): void;
}

/**
 * Watches the statements of one handler, for a transactional store of your own: a payment is never
 * acknowledged without its effect. `postgresOnce` and `mysqlOnce` use it too.
 *
 * @example
 * const watch = watchStatements();
 * await work({ query: (text, values) => watch.run(() => client.query(text, values)) });
 * watch.check(claim);
 */
export function watchStatements(): StatementWatch {
  let begun = 0;
  let underWay = 0;
  const begin = (): void => {
    begun++;
    underWay++;
  };
  const end = (): void => {
    underWay--;
  };
  return {
    begin,
    end,
    async run(statement) {
      begin();
      try {
        return await statement();
      } finally {
        end();
      }
    },
    check({ key, requiresStatement }) {
      if (underWay > 0) {
        throw handlerFailed(
          `the handler for ${key} returned while a statement was still under way: "await" every statement it runs through "tx"`,
        );
      }
      if (requiresStatement && begun === 0) {
        throw handlerFailed(
          `the handler for ${key} ran no statement through "tx": either an "await" is missing, so that it returned before its write began, or it writes through the pool and not through "tx"`,
        );
      }
    },
  };
}

const handlerFailed = (message: string): WxpayError =>
  new WxpayError('ERR_WXPAY_HANDLER_FAILED', message, { status: 503 });

/**
 * Checks the handler for the stores of this package. A failure is carried like an error that the
 * handler threw.
 */
export function checkHandler(watch: StatementWatch, claim: Claim): void {
  try {
    watch.check(claim);
  } catch (error) {
    throw new HandlerFailure(error);
  }
}

/** Whether the store found that the handler failed, so that the error is not the store's. */
export const isHandlerFailed = (error: unknown): error is WxpayError => hasCode(error, 'ERR_WXPAY_HANDLER_FAILED');
