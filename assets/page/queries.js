/** Everything that the page asks. The schema is at `/schema.graphql`; `types.d.ts` says what comes back. */

const CARDS = `fragment Cards on SummaryConnection {
  nodes {
    slug title tldr(maxChars: 220) language publishedAt
    source { slug name } category { slug name } tags { slug name }
  }
  pageInfo { hasNextPage endCursor }
}`;

/**
 * A page of days. The first one brings the rails.
 * @type {import('./types').Question<{summaryDays: import('./types').Days}>}
 */
export const DAYS = question(`
query Days($filter: SummaryFilter, $timeZone: TimeZone!, $days: Int!, $each: Int!, $after: String, $rails: Boolean!) {
  summaryDays(filter: $filter, timeZone: $timeZone, first: $days, after: $after) {
    summaryCount
    pageInfo { hasNextPage endCursor }
    facets(first: 16) @include(if: $rails) {
      categories { category { slug name } count selected }
      tags { tag { slug name } count selected }
      sources { source { slug name } count selected }
      languages { language count selected }
    }
    nodes { ordinal date count summaries(first: $each) { ...Cards } }
  }
}
${CARDS}`);

/**
 * More summaries of one day: of the newest one that the filter lets through.
 * @type {import('./types').Question<{summaryDays: {nodes: Pick<import('./types').Day, 'date' | 'summaries'>[]}}>}
 */
export const REST_OF_DAY = question(`
query RestOfDay($filter: SummaryFilter, $timeZone: TimeZone!, $each: Int!, $after: String) {
  summaryDays(filter: $filter, timeZone: $timeZone, first: 1) {
    nodes { date summaries(first: $each, after: $after) { ...Cards } }
  }
}
${CARDS}`);

/**
 * One summary, with all that leads on from it.
 * @type {import('./types').Question<{summary: import('./types').Whole | null}>}
 */
export const SUMMARY = question(`
query Summary($slug: String!) {
  summary(by: {slug: $slug}) {
    slug title tldr keyPoints body(format: HTML) { value } language origin model publishedAt
    source { slug name homepage } category { slug name } tags { slug name }
    episode {
      kind title url author publishedAt publishedAtIsEstimated durationSeconds wordCount number
      series { slug title latestNumber } previous { ...Neighbour } next { ...Neighbour }
    }
    translations { slug title language }
    related { slug title language publishedAt source { slug name } }
  }
}
fragment Neighbour on Episode { title url number summaries { slug title language } }`);

/**
 * White space means nothing in GraphQL, and costs something in an address.
 * @param {string} text
 */
function question(text) {
  return { text: text.replace(/\s+/g, ' ').trim() };
}
