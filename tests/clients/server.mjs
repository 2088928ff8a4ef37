// What the scripts share: the address that they were given, plain requests to it that no client library
// has a hand in, and whole lists made of these, which are what every client's pages are held against.
import assert from 'node:assert/strict';

import { asker } from './ask.mjs';

export const url = process.argv[2];
if (!URL.canParse(url)) {
  console.error(`usage: node ${process.argv[1]} http://HOST:PORT/graphql`);
  process.exit(2);
}

/** Asks that server. */
export const ask = asker(url);

/**
 * All the nodes of a list in its own order: a single request where there are 100 or fewer, as the server
 * gives no more at once. `read` asks for the connection behind a cursor.
 */
export async function wholeList(read) {
  const nodes = [];
  for (let after = null; ; ) {
    const page = await read(after);
    assert.ok(page.nodes.length > 0 || !page.pageInfo.hasNextPage, 'an empty page is the last one');
    nodes.push(...page.nodes);
    after = page.pageInfo.endCursor;
    if (page.pageInfo.hasNextPage) continue;
    assert.equal(nodes.length, page.totalCount, 'a list is as long as it says');
    assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length, 'a list has nothing twice');
    return nodes;
  }
}

/** All summaries under a filter: `id` and `title`. */
export function wholeSummaries(filter = null, orderBy = null) {
  const query = `query ($filter: SummaryFilter, $orderBy: SummaryOrder, $after: String) {
    summaries(filter: $filter, orderBy: $orderBy, first: 100, after: $after) {
      totalCount nodes { id title } pageInfo { hasNextPage endCursor }
    }
  }`;
  return wholeList(async (after) => (await ask(query, { filter, orderBy, after })).summaries);
}

/** The sources with the ids of all their episodes: at most 50 sources of 100 episodes each. */
export async function wholeSources() {
  const { sources } = await ask(`{
    sources(first: 50) { totalCount nodes { id episodes(first: 100) { totalCount nodes { id } } } }
  }`);
  assert.equal(sources.nodes.length, sources.totalCount);
  return sources.nodes.map(({ id, episodes }) => {
    assert.equal(episodes.nodes.length, episodes.totalCount);
    return { id, episodes: episodes.nodes.map((node) => node.id) };
  });
}
