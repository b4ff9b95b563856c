import { describe, expect, it } from 'vitest';
import { html } from '#site/portal/src/views/html.ts';

describe('a template', () => {
  it('escapes every value, in text and in attributes', () => {
    expect(html`<a title="${'"><script>'}">${"it's <b>"} & more</a>`.markup).toBe(
      '<a title="&#34;&#62;&#60;script&#62;">it&#39;s &#60;b&#62; & more</a>',
    );
  });

  it('takes markup as it is, joins lists, and leaves nothing for what is not there', () => {
    const items = ['a', '<'].map((one) => html`<b>${one}</b>`);
    expect(html`<p>${items}${false}${null}${undefined}${0}</p>`.markup).toBe('<p><b>a</b><b>&#60;</b>0</p>');
  });

  it('leaves backslashes and dollar signs of a value alone', () => {
    expect(html`<p>${String.raw`\n $& ${'x'}`}</p>`.markup).toBe(String.raw`<p>\n $&#38; x</p>`);
  });
});
