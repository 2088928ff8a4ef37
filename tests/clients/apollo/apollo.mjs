// Proves that Apollo Client's normalised cache and its `relayStylePagination` put pages together to the
// unpaged list, from either end and from the middle, and that lists under different filters stay apart.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { ask, url, wholeList, wholeSummaries } from '../server.mjs';

const SUMMARIES = gql`
  query Summaries($filter: SummaryFilter, $first: Int, $after: String, $last: Int, $before: String) {
    summaries(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      edges { cursor node { id title source { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

const SOURCE_SUMMARIES = gql`
  query SourceSummaries($id: ID!, $filter: SummaryFilter, $first: Int, $after: String) {
    source(by: { id: $id }) {
      id
      summaries(filter: $filter, first: $first, after: $after) {
        totalCount
        edges { cursor node { id title } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

/** Which types an interface stands for, asked of the server in the way that Apollo's documentation gives. */
async function possibleTypes() {
  const { __schema } = await ask('{ __schema { types { name possibleTypes { name } } } }');
  const abstract = __schema.types.filter((type) => type.possibleTypes);
  return Object.fromEntries(abstract.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]));
}

function newClient(types = {}) {
  const cache = new InMemoryCache({
    possibleTypes: types,
    typePolicies: {
      Query: { fields: { summaries: relayStylePagination(['filter', 'orderBy']) } },
      Source: { fields: { summaries: relayStylePagination(['filter']) } },
    },
  });
  return new ApolloClient({ link: new HttpLink({ uri: url }), cache });
}

/** A list as `useQuery` has it, read from the cache. `find` leads from the data to the connection. */
async function open(client, query, variables, find) {
  await client.query({ query, variables });
  const watched = client.watchQuery({ query, variables });
  watched.subscribe({});
  const list = {
    pages: 1,
    get connection() {
      return find(client.readQuery({ query, variables }));
    },
    get nodes() {
      return list.connection.edges.map(({ node: { id, title } }) => ({ id, title }));
    },
    async fetchMore(page) {
      const known = list.nodes.length;
      await watched.fetchMore({ variables: page });
      const { hasNextPage, hasPreviousPage } = list.connection.pageInfo;
      const brought = list.nodes.length - known;
      const isLast = page.first ? !hasNextPage : !hasPreviousPage;
      assert.ok(brought === (page.first ?? page.last) || (isLast && brought > 0), `a page of ${brought} new entries`);
      list.pages += 1;
    },
    async fetchToTheEnd(first) {
      const page = { first, last: null, before: null };
      while (list.connection.pageInfo.hasNextPage) {
        await list.fetchMore({ ...page, after: list.connection.pageInfo.endCursor });
      }
    },
    async fetchToTheBeginning(last) {
      const page = { last, first: null, after: null };
      while (list.connection.pageInfo.hasPreviousPage) {
        await list.fetchMore({ ...page, before: list.connection.pageInfo.startCursor });
      }
    },
  };
  return list;
}

async function summariesFromEitherEnd() {
  const expected = await wholeSummaries();
  const find = (data) => data.summaries;
  const size = 12;

  const forwards = await open(newClient(), SUMMARIES, { first: size }, find);
  await forwards.fetchToTheEnd(size);
  assert.deepEqual(forwards.nodes, expected);

  const backwards = await open(newClient(), SUMMARIES, { last: size }, find);
  assert.deepEqual(backwards.nodes, expected.slice(-size));
  await backwards.fetchToTheBeginning(size);
  assert.deepEqual(backwards.nodes, expected);

  const after = forwards.connection.edges[size].cursor;
  const middle = await open(newClient(), SUMMARIES, { first: size, after }, find);
  await middle.fetchToTheEnd(size);
  await middle.fetchToTheBeginning(size);
  assert.deepEqual(middle.nodes, expected);

  for (const [list, way] of [[forwards, 'forwards'], [backwards, 'backwards'], [middle, 'from the middle']]) {
    assert.equal(list.connection.totalCount, expected.length);
    assert.ok(list.pages > 1);
    console.log(`apollo: ${list.nodes.length} summaries in ${list.pages} pages ${way}`);
  }
}

/** All summaries of a source, without a client library. */
function wholeSource(id, filter) {
  const query = `query ($id: ID!, $filter: SummaryFilter, $after: String) {
    source(by: { id: $id }) {
      summaries(filter: $filter, first: 100, after: $after) {
        totalCount nodes { id title publishedAt } pageInfo { hasNextPage endCursor }
      }
    }
  }`;
  return wholeList(async (after) => (await ask(query, { id, filter, after })).source.summaries);
}

// Three lists of one source in one cache, unfiltered, the newer half and the older half, which grow in turns:
// the field policy's `keyArgs` hold them apart.
async function summariesOfASource() {
  const { sources } = await ask('{ sources(first: 50) { nodes { id slug summaries { totalCount } } } }');
  const { id, slug } = sources.nodes.reduce((a, b) => (b.summaries.totalCount > a.summaries.totalCount ? b : a));
  const all = await wholeSource(id, null);
  const { publishedAt } = all[Math.floor(all.length / 2)];
  const filters = [null, { publishedAt: { gte: publishedAt } }, { publishedAt: { lt: publishedAt } }];

  const client = newClient();
  const lists = [];
  for (const filter of filters) {
    lists.push(await open(client, SOURCE_SUMMARIES, { id, filter, first: 3 }, (data) => data.source.summaries));
  }
  for (const list of lists) await list.fetchToTheEnd(3);

  for (const [at, filter] of filters.entries()) {
    const expected = (await wholeSource(id, filter)).map(({ id, title }) => ({ id, title }));
    assert.deepEqual(lists[at].nodes, expected);
    assert.ok(lists[at].pages > 1);
  }
  const [whole, newer, older] = lists.map(({ nodes }) => nodes);
  assert.deepEqual([...newer, ...older], whole);
  const halves = `${newer.length} newer and ${older.length} older`;
  console.log(`apollo: ${whole.length} summaries of ${slug}, and apart from them its ${halves}`);
}

// Without `possibleTypes` the cache does not know that a fragment on Node fits a source, and leaves it out.
async function fragmentsOnNode() {
  const types = await possibleTypes();
  const { sources } = await ask('{ sources(first: 3) { nodes { id name } } }');
  const ids = sources.nodes.map(({ id }) => id);
  const query = gql`
    query Nodes($ids: [ID!]!) { nodes(ids: $ids) { ...Known ... on Source { name } } }
    fragment Known on Node { id }
  `;
  const client = newClient(types);
  await client.query({ query, variables: { ids } });
  const { data } = await client.query({ query, variables: { ids }, fetchPolicy: 'cache-only' });
  assert.deepEqual(data.nodes, sources.nodes.map((node) => ({ __typename: 'Source', ...node })));
  const known = Object.entries(types).map(([name, all]) => `${name} (${all.join(', ')})`);
  console.log(`apollo: a fragment on Node is read from the cache, with possibleTypes of ${known}`);
}

async function errors() {
  const sent = newClient().query({ query: SUMMARIES, variables: { first: 1, after: 'nowhere' } });
  const error = await sent.then(() => assert.fail('a cursor that is none was taken'), (error) => error);
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  const codes = error.errors.map(({ extensions }) => extensions.code);
  assert.deepEqual(codes, ['BAD_USER_INPUT']);
  console.log(`apollo: a wrong cursor arrives as CombinedGraphQLErrors with the code ${codes}`);
}

// The link sends the hash alone; where the server does not know it, hash and document; from then on the hash.
async function persistedQueries(useGETForHashedQueries) {
  const sent = [];
  const listening = (uri, options) => {
    const parameters = options.body ? JSON.parse(options.body) : Object.fromEntries(new URL(uri).searchParams);
    sent.push(`${options.method} ${parameters.query ? 'hash and document' : 'hash'}`);
    return fetch(uri, options);
  };
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries });
  const link = persisted.concat(new HttpLink({ uri: url, fetch: listening }));
  // A document that no run before this one has sent.
  const query = gql(`query Persisted { tags(first: 2) { nodes { run${Date.now()}: slug } } }`);
  const ask = async () => (await new ApolloClient({ link, cache: new InMemoryCache() }).query({ query })).data;
  assert.deepEqual(await ask(), await ask());
  const way = useGETForHashedQueries ? 'GET' : 'POST';
  assert.deepEqual(sent, [`${way} hash`, 'POST hash and document', `${way} hash`]);
  console.log(`apollo: a document is sent once, and then its hash by ${way}`);
}

await summariesFromEitherEnd();
await summariesOfASource();
await fragmentsOnNode();
await errors();
await persistedQueries(false);
await persistedQueries(true);
