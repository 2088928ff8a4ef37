// What the Relay client asks for. relay-compiler reads these texts, checks them against schema.graphql
// (connections, `Node`, refetching by id) and makes an artifact of each, as a CommonJS module.

/** A text stands for its artifact, as babel-plugin-relay would have it. */
function graphql([text]) {
  const [, name] = /^\s*(?:query|fragment)\s+(\w+)/.exec(text);
  return require(`./__generated__/${name}.graphql.js`);
}

exports.card = graphql`
  fragment Shelf_card on Summary {
    title
    language
    publishedAt
    category { name }
    tags { slug }
    episode { title url }
    source { name }
    translations { id language }
  }
`;

exports.summaries = graphql`
  fragment Shelf_summaries on Query
  @refetchable(queryName: "ShelfSummariesPageQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
    filter: { type: "SummaryFilter" }
    orderBy: { type: "SummaryOrder" }
  ) {
    summaries(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy)
      @connection(key: "Shelf_summaries", filters: ["filter", "orderBy"]) {
      totalCount
      edges { cursor node { id ...Shelf_card } }
    }
  }
`;

exports.episodes = graphql`
  fragment Shelf_episodes on Source
  @refetchable(queryName: "ShelfEpisodesPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    slug
    episodes(first: $count, after: $cursor) @connection(key: "Shelf_episodes") {
      totalCount
      edges { node { id title series { id title } } }
    }
  }
`;

exports.anything = graphql`
  fragment Shelf_anything on Node {
    __typename
    id
    ... on Summary { title }
    ... on Source { name }
    ... on Episode { title }
    ... on Series { title }
    ... on Tag { name }
    ... on Category { name }
  }
`;

exports.summariesQuery = graphql`
  query ShelfSummariesQuery(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: SummaryFilter
    $orderBy: SummaryOrder
  ) {
    ...Shelf_summaries
      @arguments(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy)
  }
`;

exports.sourcesQuery = graphql`
  query ShelfSourcesQuery {
    sources(first: 50) {
      edges { node { id ...Shelf_episodes } }
    }
  }
`;

exports.nodeQuery = graphql`
  query ShelfNodeQuery($id: ID!) {
    node(id: $id) {
      ...Shelf_anything
    }
  }
`;
