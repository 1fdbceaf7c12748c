import { createTable } from 'koa-wxpay/postgres';
import type { Db } from './db.js';
import { GOODS } from './goods.js';

// One statement under a lock: "if not exists" alone fails when several processes start at the same moment.
// order_numbers: WeChat never lets a number change, so a new price is a new number, and every number an order ever had
// finds it again, at the price it had under that number.
// asked_back and given_back: what was promised of an order's money, and what has arrived. The database itself refuses to
// promise more than was paid, whoever asks at the same moment.
const TABLES = `do $$ begin
  perform pg_advisory_xact_lock(hashtext('koa-wxpay-example'));

  create table if not exists goods (
    id text primary key, position int not null, name text not null, name_en text not null, note text not null,
    price int not null check (price > 0));

  create table if not exists orders (
    id text primary key, openid text not null, good_id text not null references goods, quantity int not null,
    description text not null, total int not null check (total > 0), out_trade_no text not null unique,
    state text not null default 'pending' check (state in ('pending', 'paid', 'closed', 'refunded')),
    transaction_id text unique, created_at timestamptz not null default now(), paid_at timestamptz,
    form text not null, unique (openid, form));
  alter table orders
    add column if not exists prepaid_at timestamptz,
    add column if not exists packed_at timestamptz,
    add column if not exists asked_back int not null default 0 check (asked_back between 0 and total),
    add column if not exists given_back int not null default 0 check (given_back between 0 and asked_back);
  create index if not exists orders_pending on orders (prepaid_at) where state = 'pending';
  create index if not exists orders_paid on orders (paid_at) where transaction_id is not null;
  create index if not exists orders_of on orders (openid, created_at desc);

  create table if not exists order_numbers (
    out_trade_no text primary key, order_id text not null references orders, total int not null);

  create table if not exists refunds (
    out_refund_no text primary key, order_id text not null references orders, refund int not null check (refund > 0),
    state text not null default 'asked'
      check (state in ('asked', 'refused', 'processing', 'success', 'abnormal', 'closed')),
    reason text, refund_id text, asked_at timestamptz not null, done_at timestamptz);
  alter table refunds
    add column if not exists refusal text,
    add column if not exists accepted_at timestamptz;
  create index if not exists refunds_of on refunds (order_id);
  create index if not exists refunds_open on refunds (asked_at) where state in ('asked', 'processing');

  create table if not exists shares (
    out_order_no text, account text, order_id text not null references orders, amount int not null check (amount > 0),
    primary key (out_order_no, account));
  create index if not exists shares_of on shares (order_id);

  create table if not exists outbox (
    key text primary key, order_id text not null references orders, made_at timestamptz not null default now(),
    taken_at timestamptz);

  create table if not exists runs (name text primary key, since bigint not null);

  create table if not exists owner_guesses (
    client text primary key, guesses int not null, since timestamptz not null);

  create table if not exists anomalies (
    transaction_id text primary key, out_trade_no text not null, code text not null, total int not null,
    noted_at timestamptz not null default now());
end $$`;

/** Makes what is missing; safe at every start, of many processes at once. */
export async function createSchema(db: Db): Promise<void> {
  await db.query(TABLES);
  await createTable(db);
  for (const [position, { id, name, name_en, note, price }] of GOODS.entries()) {
    await db.query(
      `insert into goods (id, position, name, name_en, note, price) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do nothing`,
      [id, position, name, name_en, note, price],
    );
  }
}
