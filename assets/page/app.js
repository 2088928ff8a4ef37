/**
 * The reader page: which view is shown, and how one gets from one to the next.
 *
 * The address says what is looked at (`address.js`). A view is opened by one question to the API
 * (`queries.js`, `api.js`), and is a node (`view/`). Links are links; those that stay on this page are followed
 * here. The views one has come from are kept as they were, so that going back asks nothing and loses no place.
 */

import { EVERYTHING, read, write } from './address.js';
import { unreachable } from './api.js';
import { announce } from './dom.js';
import { listSkeleton, openList } from './view/list.js';
import { troubleView } from './view/trouble.js';

/**
 * @typedef {import('./view/trouble.js').View} View
 * @typedef {{view: View, scrolled: number, focused: Element | null}} Kept A view that was left, and how.
 */

const MOST_KEPT = 20;

/** The entry of who comes from elsewhere. */
const ENTRANCE = { key: '', list: './', isBefore: false };

const stage = /** @type {HTMLElement} */ (document.querySelector('#stage'));
const search = /** @type {HTMLFormElement} */ (document.querySelector('.search'));
const words = /** @type {HTMLInputElement} */ (document.querySelector('#q'));

/** @type {Map<string, Kept>} By the keys of entries of the history. */
const kept = new Map();

/**
 * What the history knows of the entry that is shown: a key, the list that one comes from, and whether that is the entry before.
 * @type {{key: string, list: string, isBefore: boolean}}
 */
let entry;
/** @type {View | null} */
let shown = null;
let asking = new AbortController();

/** Opens what the address says. */
async function open() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const place = read(location.search);
  words.value = place.text;
  if (shown) stage.setAttribute('aria-busy', 'true');
  else if (!place.summary) stage.replaceChildren(listSkeleton());
  try {
    const view = await (place.summary ? openSummary(place.summary, signal) : openList(place, signal));
    if (!signal.aborted) show(view);
  } catch (error) {
    if (!signal.aborted) show(troubleView(error, open));
  }
}

/** How often what shows a single summary did not come. */
let missed = 0;

/**
 * Most readers begin with a list: what shows a single summary is loaded when somebody wants one. Some browsers remember of an
 * address that nothing came from it, and do not ask again: so it is asked for at another one.
 * @param {string} slug
 * @param {AbortSignal} signal
 */
async function openSummary(slug, signal) {
  const address = missed ? `./view/summary.js?again=${missed}` : './view/summary.js';
  /** @type {typeof import('./view/summary.js')} */
  const view = await import(address).catch((error) => {
    missed += 1;
    throw unreachable(error);
  });
  if (!shown) stage.replaceChildren(view.summarySkeleton());
  return view.openSummary(slug, entry.list, signal);
}

/** @param {View} view */
function show(view) {
  const isFirst = shown === null;
  const focused = document.activeElement;
  const railsScrolled = stage.querySelector('.rails')?.scrollTop ?? 0;
  shown = view;
  stage.replaceChildren(view.node);
  stage.removeAttribute('aria-busy');
  document.title = `${view.title} · Précis`;
  announce(view.words);
  if (isFirst) return;
  const same = stays(focused);
  (same ?? view.node.querySelector('h1'))?.focus({ preventScroll: true });
  // A rail that was used stays under the pointer, and the new list begins beside it.
  const days = same instanceof HTMLAnchorElement ? view.node.querySelector('.days') : null;
  scrollTo(0, days ? Math.min(scrollY, scrollY + days.getBoundingClientRect().top) : 0);
  const rails = days && view.node.querySelector('.rails');
  if (rails) rails.scrollTop = railsScrolled;
}

/**
 * What stands in the new view for what had the focus in the old one; the search box stands in all of them.
 * @param {Element | null} focused
 * @returns {HTMLElement | null}
 */
function stays(focused) {
  if (focused instanceof HTMLElement && search.contains(focused)) return focused;
  const name = focused instanceof HTMLElement && focused.dataset.focus;
  return name ? stage.querySelector(`[data-focus="${CSS.escape(name)}"]`) : null;
}

/** @param {string} address */
function go(address) {
  keep();
  const place = read(location.search);
  entry = { key: Math.random().toString(36), list: place.summary ? entry.list : write(place), isBefore: !place.summary };
  history.pushState(entry, '', address);
  open();
}

/** Remembers how the view is left. Trouble is not kept: going back to it tries again. */
function keep() {
  if (!shown || shown.node.className === 'trouble' || stage.hasAttribute('aria-busy')) return;
  kept.delete(entry.key);
  kept.set(entry.key, { view: shown, scrolled: scrollY, focused: document.activeElement });
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
}

function back(/** @type {PopStateEvent} */ event) {
  keep();
  entry = { ...ENTRANCE, ...event.state };
  const found = kept.get(entry.key);
  if (!found) return open();
  asking.abort();
  words.value = read(location.search).text;
  show(found.view);
  if (found.focused instanceof HTMLElement) found.focused.focus({ preventScroll: true });
  scrollTo(0, found.scrolled);
}

/**
 * Follows links that stay here; those for another tab, and all others, are the browser's.
 * @param {MouseEvent} event
 */
function follow(event) {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.pathname !== location.pathname) return;
  event.preventDefault();
  if (link.hash) stage.focus();
  else if (entry.isBefore && link.matches('.back a')) history.back();
  else go(link.href);
}

/** @param {Event} event */
function look(event) {
  event.preventDefault();
  const place = read(location.search);
  const text = words.value.trim();
  if (text === place.text && !place.summary) return;
  go(write({ ...(place.summary ? EVERYTHING : place), text }));
}

history.scrollRestoration = 'manual';
entry = { ...ENTRANCE, ...history.state };
addEventListener('popstate', back);
addEventListener('click', follow);
addEventListener('online', () => shown?.node.className === 'trouble' && open());
search.addEventListener('submit', look);
// The cross in the box empties it, and means it.
words.addEventListener('search', () => words.value === '' && search.requestSubmit());
open();
