/**
 * The HTML of a summary's body, made of nothing but what is listed here.
 *
 * The server has sanitised it already, and the page's policy lets no script run. This is the third lock, for a
 * page that shows what strangers wrote: a fault in one of the others stays without consequence. The text is
 * parsed into a document that runs and loads nothing, and each element is made anew; markup never reaches
 * the page itself, so that nothing can mean something else when it is parsed a second time.
 */

import { el, webAddress } from './dom.js';

const KEPT = new Set(
  ('p br hr ul ol li dl dt dd blockquote pre code kbd samp var em strong i b u s del ins sub sup small mark abbr cite q ' +
    'table caption thead tbody tfoot tr th td figure figcaption ruby rt rp bdi time').split(' '),
);

/** Left out with all that is in them; other unknown elements leave their text. */
const DROPPED = new Set(
  'script style template noscript iframe object embed svg math form input button select textarea title audio video'.split(' '),
);

/**
 * @param {string} html
 * @param {string | null} language
 */
export function body(html, language) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const outline = { level: 2 };
  return el('div', { class: 'prose', dir: 'auto', lang: language }, copies(parsed.body, outline));
}

/**
 * @param {Node} parent
 * @param {{level: number}} outline The level of the heading before: none is skipped below the page's own.
 * @returns {Node[]}
 */
function copies(parent, outline) {
  return [...parent.childNodes].flatMap((node) => {
    if (node instanceof Text) return [document.createTextNode(node.data)];
    return node instanceof Element ? copy(node, outline) : [];
  });
}

/**
 * @param {Element} element
 * @param {{level: number}} outline
 * @returns {Node[]}
 */
function copy(element, outline) {
  const tag = element.localName;
  if (DROPPED.has(tag)) return [];
  if (tag === 'img') return picture(element);
  if (/^h[1-6]$/.test(tag)) {
    outline.level = Math.min(Number(tag[1]) + 2, outline.level + 1, 6);
    return [el(`h${outline.level}`, { dir: 'auto' }, copies(element, outline))];
  }
  const inner = copies(element, outline);
  if (tag === 'a') {
    const href = webAddress(element.getAttribute('href'));
    return [el('a', { href, rel: href && 'noopener noreferrer' }, inner)];
  }
  // What may be wider than the page scrolls by itself, also by keys.
  if (tag === 'pre') return [el('pre', { tabindex: 0 }, inner)];
  if (tag === 'table') return [el('div', { class: 'wide', tabindex: 0 }, el('table', {}, inner))];
  if (!KEPT.has(tag)) return inner;
  const number = (/** @type {string} */ key) => /^\d{1,5}$/.exec(element.getAttribute(key) ?? '')?.[0];
  return [el(tag, { start: number('start'), colspan: number('colspan'), rowspan: number('rowspan') }, inner)];
}

/** @param {Element} element */
function picture(element) {
  const src = webAddress(element.getAttribute('src'));
  if (!src?.startsWith('https:')) return [];
  return [el('img', { src, alt: element.getAttribute('alt') ?? '', loading: 'lazy', decoding: 'async' })];
}
