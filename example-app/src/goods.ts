import type { Db } from './db.js';

export interface Good {
  /** Also the name of its illustration. */
  id: string;
  name: string;
  name_en: string;
  note: string;
  /** Fen. */
  price: number;
}

/** What the shop begins with; from then on the table decides. */
export const GOODS: Good[] = [
  { id: 'tea', name: '明前龙井', name_en: 'Longjing tea, 50 g', note: '清明前采摘，豆香清甜。', price: 6800 },
  { id: 'coffee', name: '云南小粒咖啡', name_en: 'Yunnan coffee, 200 g', note: '中度烘焙，坚果与红糖。', price: 4990 },
  { id: 'cup', name: '青瓷茶杯', name_en: 'Celadon cup', note: '龙泉窑手作，每只略有不同。', price: 8900 },
  { id: 'tote', name: '帆布袋', name_en: 'Canvas tote', note: '厚实帆布，装得下一周的菜。', price: 3990 },
  { id: 'notebook', name: '线装笔记本', name_en: 'Notebook', note: '一百二十页，可完全摊平。', price: 1990 },
  { id: 'postcard', name: '明信片', name_en: 'Postcard', note: '只要一分钱，用来试一试支付。', price: 1 },
];

export const listGoods = async (db: Db): Promise<Good[]> =>
  (await db.query<Good>('select id, name, name_en, note, price from goods order by position')).rows;

export const findGood = async (db: Db, id: string): Promise<Good | null> =>
  (await db.query<Good>('select id, name, name_en, note, price from goods where id = $1', [id])).rows[0] ?? null;
