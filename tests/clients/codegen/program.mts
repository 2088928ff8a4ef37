// Works with the generated types alone: tsc takes it under --strict, and refuses each of the lines that are
// marked as mistakes. The values that arrive are what the types say.
import assert from 'node:assert/strict';
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { AnythingDocument, SummaryByDocument, SummaryPageDocument } from './__generated__/graphql.js';
import type {
  AnythingQueryVariables,
  CardFragment,
  SummaryByQueryVariables,
  SummaryPageQueryVariables,
} from './__generated__/graphql.js';

const url = process.argv[2]!;

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const body = JSON.stringify({ query: print(document), variables });
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function titles(first: number): Promise<{ cards: CardFragment[]; pages: number; totalCount: number }> {
  const cards: CardFragment[] = [];
  const variables: SummaryPageQueryVariables = { first, orderBy: { field: 'TITLE', direction: 'ASC' } };
  for (let pages = 1; ; pages += 1) {
    const { summaries } = await ask(SummaryPageDocument, variables);
    assert.ok(summaries.nodes.length > 0, 'no page is empty');
    cards.push(...summaries.nodes);
    if (!summaries.pageInfo.hasNextPage) return { cards, pages, totalCount: summaries.totalCount };
    variables.after = summaries.pageInfo.endCursor;
  }
}

const size = 15;
const { cards, pages, totalCount } = await titles(size);
assert.equal(new Set(cards.map(({ id }) => id)).size, totalCount);
assert.equal(cards.length, totalCount);
assert.ok(pages > 1);
assert.equal(pages, Math.ceil(totalCount / size));
const kinds = new Set<CardFragment['source']['kind']>();
for (const card of cards) {
  assert.equal(typeof card.title, 'string');
  assert.equal(new Date(card.publishedAt!).toISOString().replace('.000Z', 'Z'), card.publishedAt);
  assert.ok(card.keyPoints.every((point) => point.length > 0));
  assert.equal(new Intl.Locale(card.language).toString(), card.language);
  kinds.add(card.source.kind);
}
console.log(`codegen: ${cards.length} summaries in ${pages} pages, typed, from ${kinds.size} kinds of sources`);

const expected = cards[0]!;
for (const by of [{ id: expected.id }, { slug: expected.slug }] satisfies SummaryByQueryVariables['by'][]) {
  assert.deepEqual((await ask(SummaryByDocument, { by })).summary, expected);
}
const { node } = await ask(AnythingDocument, { id: expected.id });
assert.equal(node?.__typename, 'Summary');
assert.ok(node.tldr.length > 0 && [...node.tldr].length <= 60);
console.log('codegen: a summary by id, by slug and as a Node, narrowed by its __typename');

// Mistakes, which are for the compiler alone. Where it takes one, `@ts-expect-error` is an error.
// @ts-expect-error: an order is one of the values of the enumeration
export const anOrder: SummaryPageQueryVariables = { orderBy: { field: 'LENGTH' } };
// @ts-expect-error: exactly one way to say which, as @oneOf demands
export const twoWays: SummaryByQueryVariables = { by: { id: 'a', slug: 'b' } };
// @ts-expect-error: the id is not left out
export const noId: AnythingQueryVariables = {};
// @ts-expect-error: a summary may never have been published
export const published: string = expected.publishedAt;
// @ts-expect-error: what was not selected is not there
export const model = expected.model;
