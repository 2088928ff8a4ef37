/**
 * The address of a view: `?tag=backend&tag=queues&q=lock` is a filtered list, `?summary=SLUG` one summary.
 * Everything is in the query, so that links work below any path of a reverse proxy.
 */

/** What can be filtered by, as it is called in addresses. */
export const RAILS = /** @type {const} */ (['category', 'tag', 'source', 'language']);

/** Stands in an address for “no category”: `?category=`. */
export const NONE = '';

/**
 * @typedef {typeof RAILS[number]} Rail
 *
 * @typedef {object} Place What is looked at.
 * @property {string | null} summary The slug of the one summary; null for a list.
 * @property {string} text What is searched for.
 * @property {Record<Rail, string[]>} chosen What the list is filtered by.
 */

/** @type {Place} */
export const EVERYTHING = { summary: null, text: '', chosen: { category: [], tag: [], source: [], language: [] } };

/**
 * @param {string} query As in `location.search`.
 * @returns {Place}
 */
export function read(query) {
  const parameters = new URLSearchParams(query);
  const all = (/** @type {Rail} */ rail) => [...new Set(parameters.getAll(rail))];
  return {
    summary: parameters.get('summary') || null,
    text: parameters.get('q')?.trim() ?? '',
    chosen: { category: all('category'), tag: all('tag'), source: all('source'), language: all('language') },
  };
}

/**
 * A link to a place, relative to the page.
 * @param {Place} place
 */
export function write({ summary, text, chosen }) {
  if (summary) return `?${new URLSearchParams({ summary })}`;
  const pairs = RAILS.flatMap((rail) => chosen[rail].map((slug) => [rail, slug]));
  if (text) pairs.push(['q', text]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : './';
}

/** @param {string} slug */
export const ofSummary = (slug) => write({ ...EVERYTHING, summary: slug });

/**
 * The list of one category, tag, source or language, and nothing else.
 * @param {Rail} rail
 * @param {string} slug
 */
export const ofOnly = (rail, slug) => write({ ...EVERYTHING, chosen: { ...EVERYTHING.chosen, [rail]: [slug] } });

/**
 * The same list with something chosen that was not, or the other way around. “No category” goes with no other
 * category: the API has no filter for either of them.
 * @param {Place} place
 * @param {Rail} rail
 * @param {string} slug
 * @returns {Place}
 */
export function toggled(place, rail, slug) {
  const now = place.chosen[rail];
  const rest = now.filter((it) => it !== slug);
  const next = rest.length < now.length ? rest : slug === NONE ? [NONE] : [...rest.filter((it) => it !== NONE), slug];
  return { ...place, chosen: { ...place.chosen, [rail]: next } };
}

/**
 * The place as the API's `SummaryFilter`. Within a rail any will do; all rails must agree.
 * @param {Place} place
 */
export function filterOf({ text, chosen }) {
  /** @type {Record<string, unknown>} */
  const filter = {};
  if (text) filter.text = text;
  if (chosen.category.includes(NONE)) filter.categories = { isEmpty: true };
  else if (chosen.category.length) filter.categories = { anyOf: chosen.category };
  if (chosen.tag.length) filter.tags = { anyOf: chosen.tag };
  if (chosen.source.length) filter.sources = { anyOf: chosen.source };
  if (chosen.language.length) filter.languages = chosen.language;
  return filter;
}

/** @param {Place} place */
export const isFiltered = ({ text, chosen }) => text !== '' || RAILS.some((rail) => chosen[rail].length > 0);
