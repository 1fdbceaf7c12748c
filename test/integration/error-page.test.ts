import { describe, expect, test } from '@jest/globals';
import { calls } from '../support/error-page/calls.js';
import { notifications } from '../support/error-page/notifications.js';
import { orders } from '../support/error-page/orders.js';
import { otherApis } from '../support/error-page/other-apis.js';
import { beginningWith, type Provocations, provoked, rowsOf } from '../support/error-page/rows.js';

const rows = rowsOf('docs/errors.md');

const provocations: Provocations = {};
for (const [code, some] of [notifications, orders, calls, otherApis].flatMap(Object.entries<Provocations[string]>)) {
  provocations[code] = { ...provocations[code], ...some };
}

describe('a row of the page about errors', () => {
  test.each(rows)('$code $message', async (row) => {
    const provoke = provocations[row.code]?.[row.message];
    if (!provoke) throw new Error(`nothing here provokes ${row.code} "${row.message}"`);
    const { code, message } = await provoked(provoke);
    expect(message).toMatch(beginningWith(row));
    expect(message).toMatch(new RegExp(`; see https://\\S+/docs/errors\\.md#${row.code.toLowerCase()}$`));
    expect(code).toBe(row.code);
  });
});

test('the page in Chinese has the same rows', () => {
  expect(rowsOf('docs/errors.zh-CN.md')).toEqual(rows);
});
