import type {
  Delivery,
  OrderView,
  PayResult,
  PayTarget,
  ShopOptions,
  Simulator,
  SimulatorOptions,
} from '../simulator/index.js';

/** A WeChat for a shop's own tests, as {@link startSimulator} starts it. */
export interface TestWechat {
  /** What the shop gives to `createWxpay`, `wxOAuth` and `wxJsConfig`. */
  readonly options: ShopOptions;
  /** The simulator itself, with its switches, rules, people and requests. */
  readonly simulator: Simulator;
  /** Every attempt to deliver a notification, newest last. */
  readonly deliveries: readonly Delivery[];
  /**
   * Pays an order, and waits until its notification was answered. JSAPI parameters are checked as the bridge checks them;
   * a number, a `prepay_id`, and the address of a QR code or of an H5 page are taken as they are.
   */
  pay(order: string | PayTarget): Promise<PayResult>;
  /**
   * Refunds some fen of a payment as a person does on the merchant platform: at once, and without a notification.
   *
   * @throws {TypeError} when there is no such paid order, or less is left of it
   */
  refund(out_trade_no: string, amount: number): void;
  /** Moves WeChat's clock by this many milliseconds: notifications that fall due meanwhile are delivered. */
  advance(duration: number): Promise<void>;
  /** Sends the notification of a paid order once more. */
  resend(out_trade_no: string): Promise<void>;
  order(out_trade_no: string): OrderView | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a WeChat for a shop's own tests, in Jest, Vitest and node:test alike. Its clock stands still until `advance` moves it,
 * and each one has its own ports, orders and people.
 *
 * @throws {TypeError} for an option that the simulator does not have
 * @example
 * const wechat = await startSimulator();
 * const wxpay = createWxpay({ ...wechat.options.wxpay, notifyUrl: `${shop}/wxpay/notify` });
 * await wechat.pay('SHOP00A17');
 * await wechat.stop();
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<TestWechat> {
  const { createSimulator } = await import('../simulator/index.js');
  const started = Date.now();
  const simulator = await createSimulator({ now: () => started, ...options });
  return {
    options: simulator.options,
    simulator,
    deliveries: simulator.deliveries,
    async pay(order) {
      const result = await simulator.pay(typeof order === 'string' ? { out_trade_no: order } : order);
      await simulator.settled();
      return result;
    },
    refund: (out_trade_no, amount) => simulator.refund(out_trade_no, amount),
    advance: (duration) => simulator.clock.advance(duration),
    resend: (out_trade_no) => simulator.notify(out_trade_no),
    order: (out_trade_no) => simulator.order(out_trade_no),
    stop: () => simulator.close(),
  };
}
