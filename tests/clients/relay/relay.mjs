// Proves that Relay's compiler takes the schema, and that what it makes of fragments, connections and
// refetchable fragments pages to the end in both directions, nested ones through `node(id:)`.
import assert from 'node:assert/strict';
import runtime from 'relay-runtime';
import { ask, url, wholeSources, wholeSummaries } from '../server.mjs';
import { List, load, read } from './list.mjs';
import shelf from './Shelf.js';

const { Environment, Network, RecordSource, Store } = runtime;

const size = 12;

// Relay tells of what it cannot merge or normalise in warnings alone. Here each of them is a failure.
console.error = (...message) => assert.fail(message.join(' '));

async function send({ text, name }, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: text, operationName: name, variables }),
  });
  return response.json();
}

function newEnvironment() {
  return new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
}

async function openSummaries(variables) {
  const environment = newEnvironment();
  return new List(environment, shelf.summaries, await load(environment, shelf.summariesQuery, variables));
}

/** What is on the screen: the nodes of a list, with the title of each as its own fragment reads it. */
function shown({ environment, connection }) {
  return connection.edges.map(({ node }) => ({ id: node.id, title: read(environment, shelf.card, node).title }));
}

async function summariesForwards() {
  const expected = await wholeSummaries();
  const list = await openSummaries({ first: size });
  await list.loadToTheEnd(size);
  assert.deepEqual(shown(list), expected);
  assert.equal(list.connection.totalCount, expected.length);
  assert.ok(list.pages > 1);
  console.log(`relay: ${expected.length} summaries in ${list.pages} pages forwards`);
}

async function summariesBackwards() {
  const expected = await wholeSummaries();
  const list = await openSummaries({ last: size });
  assert.deepEqual(shown(list), expected.slice(-size));
  await list.loadToTheBeginning(size);
  assert.deepEqual(shown(list), expected);
  assert.ok(list.pages > 1);
  console.log(`relay: ${expected.length} summaries in ${list.pages} pages backwards`);
}

// As a link to the midst of a list is opened: under a filter and an order, and then both ways.
async function summariesFromTheMiddle() {
  const filter = { tags: { anyOf: ['backend'] } };
  const orderBy = { field: 'TITLE', direction: 'ASC' };
  const expected = await wholeSummaries(filter, orderBy);
  const { edges } = (await openSummaries({ filter, orderBy, first: 5 })).connection;
  const list = await openSummaries({ filter, orderBy, first: 3, after: edges.at(-1).cursor });
  assert.deepEqual(shown(list), expected.slice(5, 8));
  await list.loadPrevious(2);
  await list.loadToTheEnd(4);
  await list.loadToTheBeginning(4);
  assert.deepEqual(shown(list), expected);
  console.log(`relay: ${expected.length} summaries, filtered and sorted, in ${list.pages} pages from the middle`);
}

async function episodesOfSources() {
  const expected = await wholeSources();
  const environment = newEnvironment();
  const { sources } = await load(environment, shelf.sourcesQuery);
  let pages = 0;
  const found = [];
  for (const { node } of sources.edges) {
    const list = new List(environment, shelf.episodes, node);
    await list.loadToTheEnd(5);
    assert.equal(list.connection.totalCount, list.ids.length);
    pages += list.pages - 1;
    found.push({ id: node.id, episodes: list.ids });
  }
  assert.deepEqual(found, expected);
  assert.ok(pages > 0);
  console.log(`relay: the episodes of ${found.length} sources, with ${pages} more pages through node(id:)`);
}

async function everyKindOfNode() {
  const lists = await ask(`{
    summaries(first: 1) { nodes { __typename id title } }
    episodes(first: 1) { nodes { __typename id title } }
    sources(first: 1) { nodes { __typename id name } }
    allSeries(first: 1) { nodes { __typename id title } }
    tags(first: 1) { nodes { __typename id name } }
    categories(first: 1) { nodes { __typename id name } }
  }`);
  const environment = newEnvironment();
  const kinds = [];
  for (const { nodes: [expected] } of Object.values(lists)) {
    const { node } = await load(environment, shelf.nodeQuery, { id: expected.id });
    const found = read(environment, shelf.anything, node);
    assert.deepEqual(found, expected);
    kinds.push(found.__typename);
  }
  console.log(`relay: node(id:) through a fragment on Node for ${kinds.join(', ')}`);
}

await summariesForwards();
await summariesBackwards();
await summariesFromTheMiddle();
await episodesOfSources();
await everyKindOfNode();
