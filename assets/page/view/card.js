/** A summary in a list. */

import { ofOnly, ofSummary } from '../address.js';
import { el, lang, name } from '../dom.js';
import * as format from '../format.js';

/** What is written in the language of the page itself need not say so, of whichever country it is. */
const isForeign = (/** @type {string} */ language) => !['und', document.documentElement.lang].includes(language.split('-')[0] ?? '');

/** @param {import('../types').Card} summary */
export function card({ slug, title, tldr, language, publishedAt, source, category, tags }) {
  return el('article', { class: 'card' },
    el('ul', { class: 'meta' },
      el('li', { class: 'of' }, el('a', { href: ofOnly('source', source.slug) }, name(source.name))),
      category && el('li', {}, el('a', { href: ofOnly('category', category.slug) }, name(category.name))),
      el('li', {},
        publishedAt && el('time', { datetime: publishedAt }, format.time(publishedAt)),
        isForeign(language) && el('abbr', { class: 'language', title: format.language(language) }, language)),
    ),
    el('h3', { dir: 'auto', lang: lang(language) }, el('a', { href: ofSummary(slug) }, title)),
    el('p', { class: 'tldr', dir: 'auto', lang: lang(language) }, tldr),
    tagList(tags),
  );
}

/** @param {import('../types').Named[]} tags */
export function tagList(tags) {
  if (tags.length === 0) return null;
  const items = tags.map(({ slug, name: text }) => el('li', {}, el('a', { href: ofOnly('tag', slug) }, name(text))));
  return el('ul', { class: 'tags', 'aria-label': 'Tags' }, items);
}
