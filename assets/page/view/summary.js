/** One summary: what it says, where it comes from, and what leads on from it. */

import { ofOnly, ofSummary } from '../address.js';
import { ask } from '../api.js';
import { body } from '../body.js';
import { el, lang, name, outward, webAddress } from '../dom.js';
import * as format from '../format.js';
import { SUMMARY } from '../queries.js';
import { tagList } from './card.js';
import { missing } from './trouble.js';

/**
 * @typedef {import('../types').Whole} Whole
 * @typedef {import('../types').Neighbour} Neighbour
 * @typedef {import('../dom.js').Child} Child
 */

const WRITTEN_BY = { HUMAN: 'By a person', MODEL: 'By a language model', EXCERPT: 'The beginning of the text itself' };
const TO_THE_WHOLE = { ARTICLE: 'Read the whole', AUDIO: 'Listen to it', VIDEO: 'Watch it' };

/**
 * @param {string} slug
 * @param {string} list The address of the list that the reader comes from.
 * @param {AbortSignal} signal
 * @returns {Promise<import('./trouble.js').View>}
 */
export async function openSummary(slug, list, signal) {
  const { summary } = await ask(SUMMARY, { slug }, signal);
  if (!summary) return missing();
  const { title, tldr, language, source, category, tags } = summary;
  const node = el('article', { class: 'summary' },
    el('p', { class: 'back' }, el('a', { href: list }, list === './' ? 'All summaries' : 'Back to the filtered list')),
    el('header', {},
      el('ul', { class: 'meta' },
        el('li', { class: 'of' }, el('a', { href: ofOnly('source', source.slug) }, name(source.name))),
        category && el('li', {}, el('a', { href: ofOnly('category', category.slug) }, name(category.name))),
        summary.publishedAt && el('li', {}, date(summary.publishedAt))),
      el('h1', { tabindex: -1, dir: 'auto', lang: lang(language) }, title),
      el('p', { class: 'lead', dir: 'auto', lang: lang(language) }, tldr)),
    el('div', { class: 'text' },
      keyPoints(summary),
      inFull(summary),
      tagList(tags),
      series(summary)),
    el('aside', { class: 'beside', 'aria-label': 'About this summary' },
      provenance(summary), translations(summary), related(summary)),
  );
  return { node, title, words: title };
}

/** What a summary looks like before it is there. */
export function summarySkeleton() {
  const bones = (/** @type {string[]} */ ...kinds) => kinds.map((kind) => el('span', { class: `bone ${kind}` }));
  return el('div', { class: 'summary', 'aria-hidden': 'true' },
    el('p', { class: 'back' }, el('a', {}, 'All summaries')),
    el('header', {}, bones('short', 'headline', 'headline', '', '')),
    el('div', { class: 'text' }, bones('', '', '', '', 'short')),
    el('div', { class: 'beside' }, bones('short', '', '')));
}

/** @param {Whole} summary */
function keyPoints({ keyPoints: points, language }) {
  if (points.length === 0) return null;
  const items = points.map((point) => el('li', { dir: 'auto', lang: lang(language) }, ...code(point)));
  return el('section', {}, el('h2', {}, 'Key points'), el('ul', { class: 'points' }, items));
}

/**
 * Key points are plain texts, in which people mark code as they are used to.
 * @param {string} text
 */
function code(text) {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? el('code', {}, part) : part));
}

/** @param {Whole} summary */
function inFull({ body: { value }, tldr, language }) {
  const text = body(value, lang(language));
  const words = (/** @type {string | null} */ it) => it?.replace(/\s+/g, ' ').trim();
  // Where nobody has written more, the body is the tldr, which stands above.
  if (words(text.textContent) === words(tldr)) return null;
  return el('section', {}, el('h2', {}, 'At length'), text);
}

/** @param {Whole} summary */
function series({ episode: { series: found, number, previous, next }, language }) {
  if (!found) return null;
  const place = number !== null && ` · No. ${number}${found.latestNumber === null ? '' : ` of ${found.latestNumber}`}`;
  return el('nav', { class: 'series', 'aria-label': 'Series' },
    el('h2', {}, 'Series'),
    el('p', {}, name(found.title), place),
    (previous || next) && el('ul', {},
      el('li', {}, previous && neighbour(previous, 'Previous', 'prev', language)),
      el('li', { class: 'next' }, next && neighbour(next, 'Next', 'next', language))));
}

/**
 * The summary of an episode beside this one, in this language if there is one; else the episode itself.
 * @param {Neighbour} episode
 * @param {string} label
 * @param {string} rel
 * @param {string} language
 */
function neighbour(episode, label, rel, language) {
  const words = el('span', { class: 'label' }, label, episode.number !== null && `, No. ${episode.number}`);
  const found = episode.summaries.find((it) => it.language === language) ?? episode.summaries[0];
  if (!found) return outward(episode.url, words, ' ', el('span', { dir: 'auto' }, episode.title));
  return el('a', { href: ofSummary(found.slug), rel }, words, ' ', el('span', { dir: 'auto', lang: lang(found.language) }, found.title));
}

/** @param {Whole} summary */
function provenance({ origin, model, language, source, episode }) {
  const length = [
    episode.durationSeconds !== null && format.duration(episode.durationSeconds),
    episode.wordCount !== null && `${format.count(episode.wordCount)} words`,
  ].filter(Boolean);
  return el('section', {}, el('h2', {}, 'Where it comes from'),
    el('dl', {},
      fact('Sums up', el('span', { dir: 'auto' }, episode.title)),
      fact('Source', outward(source.homepage, name(source.name))),
      episode.author && fact('Author', name(episode.author)),
      fact('Published', date(episode.publishedAt), episode.publishedAtIsEstimated && ' (estimated)'),
      length.length > 0 && fact('Length', length.join(', ')),
      fact('Language', format.language(language)),
      fact('Written', WRITTEN_BY[/** @type {keyof typeof WRITTEN_BY} */ (origin)] ?? origin),
      model && fact('Model', name(model))),
    webAddress(episode.url) && el('p', { class: 'whole' },
      outward(episode.url, TO_THE_WHOLE[/** @type {keyof typeof TO_THE_WHOLE} */ (episode.kind)] ?? 'Open it')));
}

/**
 * @param {string} term
 * @param {Child[]} details
 */
const fact = (term, ...details) => el('div', {}, el('dt', {}, term), el('dd', {}, ...details));

/** @param {string} instant */
const date = (instant) => el('time', { datetime: instant, title: format.dateAndTime(instant) }, format.date(instant));

/** @param {Whole} summary */
function translations({ translations: others }) {
  if (others.length === 0) return null;
  return el('section', {}, el('h2', {}, 'In other languages'),
    el('ul', { class: 'others' }, others.map((other) => el('li', {}, reference(other), el('small', {}, format.language(other.language))))));
}

/** @param {Whole} summary */
function related({ related: others }) {
  if (others.length === 0) return null;
  return el('section', {}, el('h2', {}, 'Related'),
    el('ul', { class: 'others' }, others.map((other) => el('li', {}, reference(other),
      el('small', {}, name(other.source.name), other.publishedAt && ' · ', other.publishedAt && date(other.publishedAt))))));
}

/** @param {import('../types').Reference} summary */
const reference = ({ slug, title, language }) =>
  el('a', { href: ofSummary(slug), dir: 'auto', lang: lang(language), hreflang: lang(language) }, title);
