import { expect, test } from '@jest/globals';
import { markup, scriptJson } from '../../../src/simulator/http/markup.js';

test('every value is escaped, markup made by markup is not', () => {
  const inner = markup`<i>${'<&>'}</i>`;
  expect(markup`<p title="${'"\''}">${[inner, inner]}${undefined}${1}</p>`.text).toBe(
    '<p title="&quot;&#39;"><i>&lt;&amp;&gt;</i><i>&lt;&amp;&gt;</i>1</p>',
  );
});

test('JSON in a script cannot end it', () => {
  const text = scriptJson({ a: '</script><!--\u2028' }).text;
  expect(text).not.toMatch(/[<>\u2028]/);
  expect(JSON.parse(text)).toEqual({ a: '</script><!--\u2028' });
});
