import type { JsapiParams } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import supertest from 'supertest';

type Answer = Awaited<ReturnType<ReturnType<typeof supertest>['get']>>;

/** A customer's browser on the phone of the simulator, without scripts: cookies, redirects and forms. */
export class Customer {
  readonly #agent: ReturnType<typeof supertest.agent>;
  readonly origin: string;

  constructor({ phoneUrl }: Pick<Simulator, 'phoneUrl'>, person = 'xiaoming') {
    this.origin = phoneUrl;
    this.#agent = supertest.agent(phoneUrl);
    this.#agent.jar.setCookie(`wxsim_person=${person}; path=/`, '127.0.0.1', '/');
  }

  /** What this browser would send along, for a request of another client. */
  cookies(): string {
    const all = { domain: '127.0.0.1', path: '/', secure: false, script: false };
    return this.#agent.jar.getCookies(all as never).toValueString();
  }

  /** Opens a page and follows wherever it leads. */
  async open(path: string): Promise<Answer> {
    return this.#agent.get(path).set('accept', 'text/html').redirects(10);
  }

  async post(path: string, fields: Record<string, string>, { origin = this.origin } = {}): Promise<Answer> {
    return this.#agent.post(path).set({ origin, accept: 'text/html' }).type('form').send(fields).redirects(0);
  }

  /** What `public/pay.js` asks. */
  async settle(id: string): Promise<Answer> {
    return this.#agent.post(`/orders/${id}/settle`).set({ origin: this.origin, accept: 'application/json' });
  }

  /** The form of a product page as a browser would send it. */
  async form(good: string): Promise<Record<string, string>> {
    const { text } = await this.open(`/goods/${good}`);
    return { good, quantity: '1', form: /name="form" value="([\w-]+)"/.exec(text)?.[1] as string };
  }

  /** Orders something; resolves to the order's id. */
  async order(good = 'cup'): Promise<string> {
    const { headers } = await this.post('/orders', await this.form(good));
    return /^\/orders\/(\w+)\/pay$/.exec(headers.location as string)?.[1] as string;
  }

  /** Opens the pay page; resolves to what it would hand to the bridge. */
  async prepay(id: string): Promise<JsapiParams> {
    const { text } = await this.open(`/orders/${id}/pay`);
    const json = /data-jsapi="([^"]+)"/.exec(text)?.[1] as string;
    return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'));
  }

  /** Confirms in the cashier, as the bridge does. */
  async pay(params: JsapiParams): Promise<{ err_msg: string; err_desc?: string }> {
    const { body } = await this.#agent.post('/__wechat/cashier/pay').send({ params, page: this.origin });
    return body;
  }
}
