import { otherSpellings } from '../json-spellings.js';
import { mistake, right, type Way } from '../search.js';
import { type Text, text } from '../text.js';

/** A field of a message of API v2. */
export type Field = readonly [name: string, value: string];

/** Chooses the fields that are signed. */
export type Choose = (fields: readonly Field[]) => readonly Field[];

const documented: Choose = (fields) => fields.filter(([name, value]) => name !== 'sign' && value !== '');

/** The usual ways to choose the fields to sign, the right one first. */
export function chooseWays(fields: readonly Field[]): Way<Choose>[] {
  const names = documented(fields).map(([name]) => name);
  return [
    right(documented),
    ...(fields.some(([, value]) => value === '')
      ? [mistake<Choose>((all) => all.filter(([name]) => name !== 'sign'), 'empty-signed')]
      : []),
    mistake((all) => all.filter(([, value]) => value !== ''), 'sign-signed'),
    // A program that signs before sign has a value signs it empty.
    mistake((all) => [...documented(all), ['sign', '']], 'sign-signed'),
    ...names.map((left) =>
      mistake<Choose>((all) => documented(all).filter(([name]) => name !== left), 'field-not-signed', left),
    ),
  ];
}

/** Puts fields in the order in which they are signed. */
export type Sort = (fields: readonly Field[]) => readonly Field[];

const by =
  (key: (name: string) => string, direction = 1): Sort =>
  (fields) =>
    fields.toSorted(([a], [b]) => (key(a) < key(b) ? -direction : direction));

/** The usual orders of fields, the right one first. */
export const sortWays = (): Way<Sort>[] => [
  right(by((name) => name)),
  mistake((fields) => fields, 'field-order', text('as they stand in the message', '按报文中的顺序')),
  mistake(
    by((name) => name.toLowerCase()),
    'field-order',
    text('without regard to case', '忽略大小写'),
  ),
  mistake(
    (fields) => fields.toSorted(([a], [b]) => a.localeCompare(b, 'en')),
    'field-order',
    text('by the rules of a language (localeCompare)', '按语言规则（localeCompare）'),
  ),
  mistake(
    by((name) => name, -1),
    'field-order',
    text('descending', '降序'),
  ),
];

/** Writes one field as it is signed. */
export type Write = (field: Field) => Field;

const values = (change: (value: string) => string, how: Text): Way<Write> =>
  mistake(([name, value]) => [name, change(value)], 'values-changed', how);

const formEncoded = (value: string): string => encodeURIComponent(value).replaceAll('%20', '+');
const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
const xmlEscaped = (value: string): string => value.replace(/[&<>"']/g, (one) => XML_ENTITIES[one] as string);
const asNumber = (value: string): string => (/^-?\d{1,15}(?:\.\d+)?$/.test(value) ? String(Number(value)) : value);

/** The usual ways to write names and values, the right one first. */
export const writeWays = (fields: readonly Field[]): Way<Write>[] => [
  right((field) => field),
  values(encodeURIComponent, text('URL-encoded', '经过 URL 编码')),
  values(formEncoded, text('URL-encoded, with + for a blank', '经过 URL 编码，空格写成 +')),
  values(xmlEscaped, text('escaped for XML', '经过 XML 转义')),
  values((value) => `<![CDATA[${value}]]>`, text('with <![CDATA[ ]]>', '带有 <![CDATA[ ]]>')),
  values((value) => value.trim(), text('without blanks at their ends', '去掉首尾空格')),
  values((value) => value.replaceAll(/\s+/g, ''), text('without blanks', '去掉空格')),
  values(asNumber, text('parsed as numbers', '被解析为数字')),
  values((value) => value.toLowerCase(), text('in lower case', '转为小写')),
  ...jsonWays(fields),
  mistake(([name, value]) => [name.toLowerCase(), value], 'field-names', text('in lower case', '转为小写')),
  mistake(([name, value]) => [camel(name), value], 'field-names', text('in camel case', '驼峰式')),
  mistake(([name, value]) => [name.replace('mch_id', 'mchid'), value], 'field-names', 'mchid, mch_id'),
  mistake(([name, value]) => [PAGE_NAMES[name] ?? name, value], 'field-names', 'appid, timestamp, noncestr, sign_type'),
];

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Pages take other spellings than the API. */
const PAGE_NAMES: Readonly<Record<string, string>> = {
  appId: 'appid',
  timeStamp: 'timestamp',
  nonceStr: 'noncestr',
  signType: 'sign_type',
};

/** Values that are JSON may have been written by another library. */
function jsonWays(fields: readonly Field[]): Way<Write>[] {
  const texts = new Map<string, Text>();
  for (const [, value] of fields) {
    if (value.startsWith('{') || value.startsWith('['))
      for (const [how] of otherSpellings(value)) texts.set(how.en, how);
  }
  return [...texts.values()].map((how) =>
    values((value) => otherSpellings(value).find(([{ en }]) => en === how.en)?.[1] ?? value, how),
  );
}
