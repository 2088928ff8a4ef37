/** What a list can be filtered by, with counts under what is chosen already. */

import { NONE, RAILS, toggled, write } from '../address.js';
import { el, name } from '../dom.js';
import * as format from '../format.js';

/**
 * @typedef {import('../address.js').Place} Place
 * @typedef {import('../address.js').Rail} Rail
 * @typedef {{slug: string, label: string, count: number, selected: boolean}} Entry
 */

/** More than so many stand behind a button. */
const SHOWN = 8;

const HEADINGS = { category: 'Category', tag: 'Tag', source: 'Source', language: 'Language' };

/** Which rails the reader has opened to their end. Every list has new ones, and they stay as they were. */
const opened = new Set();

/**
 * The entries of all rails.
 * @param {import('../types').Facets} facets
 * @returns {Record<Rail, Entry[]>}
 */
export function entriesOf({ categories, tags, sources, languages }) {
  return {
    category: categories.map(({ category, ...counted }) => ({
      slug: category?.slug ?? NONE, label: category?.name ?? 'Without a category', ...counted,
    })),
    tag: tags.map(({ tag, ...counted }) => ({ slug: tag.slug, label: tag.name, ...counted })),
    source: sources.map(({ source, ...counted }) => ({ slug: source.slug, label: source.name, ...counted })),
    language: languages.map(({ language, ...counted }) => ({
      slug: language, label: format.language(language), ...counted,
    })),
  };
}

/**
 * Feeds name no categories: where nothing stands in one, there is nothing to choose from.
 * @param {Entry} entry
 */
const parts = ({ slug, selected }) => slug !== NONE || selected;

/**
 * @param {Place} place
 * @param {Record<Rail, Entry[]>} entries
 */
export function rails(place, entries) {
  const lists = RAILS.filter((rail) => entries[rail].some(parts)).map((rail) => list(place, rail, entries[rail]));
  const inner = el('div', { class: 'lists', id: 'rails' }, lists);
  // Where there is little room, a button opens what stands beside the list elsewhere.
  const chosen = RAILS.reduce((sum, rail) => sum + place.chosen[rail].length, 0);
  const button = el('button', { type: 'button', class: 'disclose', 'aria-controls': 'rails', 'aria-expanded': 'false' },
    'Filters', chosen > 0 && el('span', { class: 'badge' }, `${chosen} on`));
  const nav = el('nav', { class: 'rails', 'aria-label': 'Filters' }, el('h2', { class: 'unseen' }, 'Filters'), button, inner);
  const disclose = (/** @type {boolean} */ open) => {
    open ? opened.add('rails') : opened.delete('rails');
    button.setAttribute('aria-expanded', String(open));
    nav.classList.toggle('open', open);
  };
  disclose(opened.has('rails'));
  button.addEventListener('click', () => disclose(!opened.has('rails')));
  return nav;
}

/**
 * @param {Place} place
 * @param {Rail} rail
 * @param {Entry[]} entries
 */
function list(place, rail, entries) {
  const heading = el('h3', { id: `rail-${rail}` }, HEADINGS[rail]);
  const items = el('ul', { 'aria-labelledby': heading.id }, entries.map((entry) => item(place, rail, entry)));
  const further = entries.slice(SHOWN).filter(({ selected }) => !selected).length;
  if (further === 0) return el('section', {}, heading, items);

  const button = el('button', { type: 'button', class: 'further' });
  const open = (/** @type {boolean} */ all) => {
    all ? opened.add(rail) : opened.delete(rail);
    items.classList.toggle('cut', !all);
    button.setAttribute('aria-expanded', String(all));
    button.textContent = all ? 'Fewer' : `${further} more`;
  };
  open(opened.has(rail));
  button.addEventListener('click', () => open(!opened.has(rail)));
  return el('section', {}, heading, items, button);
}

/**
 * @param {Place} place
 * @param {Rail} rail
 * @param {Entry} entry
 */
function item(place, rail, { slug, label, count, selected }) {
  const link = el('a', {
    href: write(toggled(place, rail, slug)),
    'aria-current': selected && 'true',
    // Where the focus was, it is again in the next list.
    'data-focus': `${rail}:${slug}`,
  }, name(label), ' ', el('span', { class: 'count' }, format.count(count)));
  return el('li', {}, link);
}

/**
 * What is chosen, each with a way out of it.
 * @param {Place} place
 * @param {Record<Rail, Entry[]>} entries Their names, where the slug alone would not tell.
 */
export function chips(place, entries) {
  const chip = (/** @type {string} */ href, /** @type {string} */ kind, /** @type {string} */ label) =>
    el('li', {}, el('a', { href, class: 'chip', 'data-focus': `chip:${kind}:${label}` },
      el('span', { class: 'unseen' }, `Remove ${kind} `), name(label)));
  const items = RAILS.flatMap((rail) => place.chosen[rail].map((slug) => {
    const label = entries[rail].find((entry) => entry.slug === slug)?.label ?? slug;
    return chip(write(toggled(place, rail, slug)), rail, label);
  }));
  if (place.text) items.unshift(chip(write({ ...place, text: '' }), 'search', `“${place.text}”`));
  if (items.length === 0) return null;
  if (items.length > 1) items.push(el('li', {}, el('a', { href: './', class: 'clear' }, 'Clear all')));
  return el('ul', { class: 'chips', 'aria-label': 'Chosen' }, items);
}
