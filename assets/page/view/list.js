/** “№ 02 / Summaries”: summaries by day, and what to filter them by. */

import { filterOf, isFiltered } from '../address.js';
import { Trouble, ask } from '../api.js';
import { announce, el } from '../dom.js';
import * as format from '../format.js';
import { DAYS, REST_OF_DAY } from '../queries.js';
import { card } from './card.js';
import { chips, entriesOf, rails } from './rails.js';
import { notice } from './trouble.js';

/**
 * @typedef {import('../address.js').Place} Place
 * @typedef {import('../types').Day} Day
 * @typedef {import('./trouble.js').View} View
 */

/** Few enough for the first view to be small, whatever there is: `first-view.mjs` and `many.mjs` in `tests/page`. */
const DAYS_A_PAGE = 4;
const SUMMARIES_A_DAY = 5;

/** Who wants the rest of a day gets more at once. */
const REST_A_PAGE = 50;

/** The next days are asked for before they are in sight. */
const AHEAD = '800px';

/**
 * @param {Place} place
 * @param {AbortSignal} signal
 * @returns {Promise<View>}
 */
export async function openList(place, signal) {
  const filter = filterOf(place);
  const { summaryDays } = await askInSomeZone({ ...bounds(filter), rails: true }, signal);
  const { facets } = summaryDays;
  const entries = entriesOf(facets ?? { categories: [], tags: [], sources: [], languages: [] });
  const list = new List(filter);
  list.add(summaryDays);
  const node = el('div', { class: 'list' },
    heading(),
    rails(place, entries),
    el('div', { class: 'days' },
      el('div', { class: 'standing' }, list.standing, chips(place, entries)),
      format.zoneNote() && el('p', { class: 'zone' }, format.zoneNote()),
      list.days,
      summaryDays.nodes.length === 0 ? nothing(place) : list.foot,
    ),
  );
  return { node, title: place.text ? `“${place.text}”` : 'Summaries', words: list.words() };
}

/** What a list looks like before it is there. */
export function listSkeleton() {
  const bones = (/** @type {number} */ number, /** @type {string} */ kind) =>
    Array.from({ length: number }, () => el('span', { class: `bone ${kind}` }));
  const cards = Array.from({ length: 5 }, () =>
    el('div', { class: 'card' }, el('div', { class: 'meta' }, bones(2, 'short')), bones(1, 'title'), bones(2, ''), bones(1, 'last')));
  return el('div', { class: 'list', 'aria-hidden': 'true' },
    heading(),
    el('div', { class: 'rails' }, el('div', { class: 'lists' }, bones(10, 'short'))),
    el('div', { class: 'days' },
      el('div', { class: 'standing' }, el('p', {}, 'Showing …')),
      el('section', { class: 'day' }, el('h2', {}, 'DAY 01'), cards)),
  );
}

const heading = () =>
  el('h1', { tabindex: -1 }, el('span', { class: 'number' }, '№ 02'), el('span', { class: 'slash' }, ' / '), 'Summaries');

/** @param {Place} place */
function nothing(place) {
  if (!isFiltered(place)) return notice('Nothing has been published here yet', 'Summaries appear as sources are fetched.');
  const all = el('a', { href: './', class: 'button' }, 'Show all summaries');
  return notice('Nothing matches', 'No summary has all of what is chosen. Take something away, or look for other words.', all);
}

/** @param {object} filter */
const bounds = (filter) => ({ filter, days: DAYS_A_PAGE, each: SUMMARIES_A_DAY });

/**
 * Asks for days in the reader's time zone. A browser may know one that the server does not: then it is UTC from here on.
 * @param {Record<string, unknown>} variables
 * @param {AbortSignal} signal
 */
async function askInSomeZone(variables, signal) {
  try {
    return await ask(DAYS, { ...variables, timeZone: format.timeZone }, signal);
  } catch (error) {
    // The document is valid: it is the variables that were refused.
    const isRefused = error instanceof Trouble && error.code === 'GRAPHQL_VALIDATION_FAILED';
    if (!isRefused || format.timeZone === 'UTC') throw error;
    const answer = await ask(DAYS, { ...variables, timeZone: 'UTC' }, signal);
    format.setTimeZone('UTC');
    return answer;
  }
}

/** The days so far, and the way to more of them. */
class List {
  days = el('div', {});
  standing = el('p', {});
  foot = el('div', { class: 'more' });

  #filter;
  #shown = 0;
  #of = 0;
  /** @type {string | null} Behind the last day. */
  #end = null;
  #isAsking = false;
  #ahead = new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && this.#more(), { rootMargin: AHEAD });

  /** @param {object} filter */
  constructor(filter) {
    this.#filter = filter;
  }

  words() {
    return `Showing ${format.count(this.#shown)} of ${format.count(this.#of)}`;
  }

  /** @param {import('../types').Days} page */
  add({ nodes, pageInfo, summaryCount }) {
    this.#of = summaryCount;
    this.days.append(...nodes.map((day) => this.#day(day)));
    this.#end = pageInfo.endCursor;
    this.#counted();
    this.#offer(pageInfo.hasNextPage);
  }

  #counted() {
    this.standing.textContent = this.words();
  }

  /**
   * What stands below the days: a button, which is pressed by scrolling as well.
   * @param {boolean} hasMore
   */
  #offer(hasMore) {
    if (!hasMore) return this.#endWith(el('p', { class: 'end' }, 'That is all.'));
    const button = el('button', { type: 'button', class: 'button' }, 'Show earlier days');
    button.addEventListener('click', () => this.#more());
    this.#endWith(button);
    // Who has not scrolled yet is content with what is there.
    if (scrollY > 0) this.#ahead.observe(this.foot);
    else addEventListener('scroll', () => this.#ahead.observe(this.foot), { once: true });
  }

  /**
   * A new foot, as the old one would be seen to jump.
   * @param {HTMLElement} node
   */
  #endWith(node) {
    this.#ahead.disconnect();
    const foot = el('div', { class: 'more' }, node);
    this.foot.replaceWith(foot);
    this.foot = foot;
  }

  /** Adds the next days. Where the focus was on the button for it, it goes on to what has come. */
  async #more() {
    if (this.#isAsking || !this.foot.isConnected) return;
    this.#isAsking = true;
    this.#ahead.disconnect();
    const last = this.days.lastElementChild;
    try {
      const { summaryDays } = await ask(DAYS, { ...bounds(this.#filter), timeZone: format.timeZone, after: this.#end, rails: false });
      const goesOn = this.foot.contains(document.activeElement);
      this.add(summaryDays);
      // Somebody may have gone elsewhere meanwhile.
      if (this.foot.isConnected) announce(this.words());
      if (goesOn) focusOn(last?.nextElementSibling);
    } catch (error) {
      const again = el('button', { type: 'button', class: 'button' }, 'Try again');
      again.addEventListener('click', () => this.#more());
      this.#endWith(troubleBelow(error, again));
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param {Day} day */
  #day({ ordinal, date, count, summaries }) {
    const id = `day-${date}`;
    const section = el('section', { class: 'day', 'aria-labelledby': id },
      el('h2', { id },
        el('span', { class: 'ordinal' }, `DAY ${String(ordinal).padStart(2, '0')}`), ' · ',
        el('time', { datetime: date }, format.day(date)), ' · ',
        el('span', { class: 'count' }, format.summaries(count))),
    );
    this.#fill(section, { date, count, shown: 0 }, summaries);
    return section;
  }

  /**
   * @param {HTMLElement} section
   * @param {{date: string, count: number, shown: number}} day
   * @param {import('../types').Cards} summaries
   */
  #fill(section, day, { nodes, pageInfo }) {
    section.append(...nodes.map(card));
    const shown = day.shown + nodes.length;
    this.#shown += nodes.length;
    if (!pageInfo.hasNextPage) return;
    const left = format.count(day.count - shown);
    const button = el('button', { type: 'button', class: 'button rest' }, `${left} more of this day`);
    button.addEventListener('click', async () => {
      button.setAttribute('aria-disabled', 'true');
      try {
        const { summaryDays } = await ask(REST_OF_DAY, {
          filter: { ...this.#filter, publishedAt: { lt: behind(nodes.at(-1)) } },
          timeZone: format.timeZone, each: REST_A_PAGE, after: pageInfo.endCursor,
        });
        const found = summaryDays.nodes.find(({ date }) => date === day.date);
        const last = button.previousElementSibling;
        button.remove();
        if (found) this.#fill(section, { ...day, shown }, found.summaries);
        this.#counted();
        announce(this.words());
        focusOn(last?.nextElementSibling);
      } catch (error) {
        button.removeAttribute('aria-disabled');
        button.textContent = `${error instanceof Error ? error.message : 'It failed'}: try again`;
        announce(button.textContent);
      }
    });
    section.append(button);
  }
}

/**
 * The first instant behind a card's. Up to there, its day is the newest one, whatever days have come since.
 * @param {import('../types').Card | undefined} card
 */
const behind = (card) => card?.publishedAt && new Date(Date.parse(card.publishedAt) + 1000).toISOString();

/** @param {Element | null | undefined} come A card that has come, or a day of them. */
function focusOn(come) {
  const link = come?.querySelector('h3 a');
  if (link instanceof HTMLElement) link.focus();
}

/**
 * @param {unknown} error
 * @param {HTMLElement} again
 */
function troubleBelow(error, again) {
  const message = error instanceof Error ? error.message : 'It failed';
  const advice = error instanceof Error && 'advice' in error ? String(error.advice) : '';
  announce(`${message}. ${advice}`);
  return notice(message, advice, again);
}
