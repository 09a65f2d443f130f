import { expect, test } from '@jest/globals';
import { escape, html } from '../../../app/platform/http/html.js';

test('what is put into a template is escaped: it can neither begin an element nor end an attribute', () => {
  const text = `<b title="x" lang='y'>&amp;</b> λ`;
  const escaped = '&lt;b title=&quot;x&quot; lang=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt; λ';
  expect(html`<p class="${text}">${text}</p>`.text).toBe(`<p class="${escaped}">${escaped}</p>`);
  expect(escape(text)).toBe(escaped);
});

test('HTML is put in as it is, alone or in a list; undefined and an empty list are nothing', () => {
  const bold = ['a', '<b>'].map((name) => html`<b>${name}</b>`);
  expect(html`<p>${bold}</p>`.text).toBe('<p><b>a</b><b>&lt;b&gt;</b></p>');
  expect(html`<p>${html`<i>c</i>`}${undefined}${[]}</p>`.text).toBe('<p><i>c</i></p>');
});
