// Mercurius with graphql-jit over the schema `plain`, with SQL written by hand: PORT, DATABASE_URL and CONNECTIONS say
// where. Its schema is that part of Précis' own which is asked for, so that both take the same documents.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const { PORT, DATABASE_URL, CONNECTIONS } = process.env;

// `2026-05-08 07:30:00+00`, as this session's time zone has it, and counts.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11, 19)}Z`);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: Number(CONNECTIONS),
  options: "-c timezone=UTC -c search_path=plain -c plan_cache_mode=force_generic_plan",
});

// The name makes it a prepared statement.
const rows = async (name, text, ...values) => (await pool.query({ name, text, values })).rows;

const schema = `
  scalar Date
  scalar DateTime
  scalar URL
  enum SourceKind { BLOG PUBLICATION PODCAST VIDEO_CHANNEL NEWSLETTER AGGREGATOR MANUAL }

  type Query {
    summary(by: SummaryBy!): Summary
    summaries(filter: SummaryFilter, first: Int! = 20): SummaryConnection!
    summaryDays(filter: SummaryFilter, first: Int! = 20): SummaryDayConnection!
    sources(first: Int! = 20, after: String): SourceConnection!
  }
  input SummaryBy { slug: String! }
  input SummaryFilter { tags: SlugFilter categories: SlugFilter publishedAt: DateTimeFilter }
  input SlugFilter { anyOf: [String!]! }
  input DateTimeFilter { gte: DateTime lt: DateTime }

  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type SummaryConnection { totalCount: Int! pageInfo: PageInfo! nodes: [Summary!]! }
  type SummaryDayConnection { nodes: [SummaryDay!]! }
  type SummaryDay { date: Date! summaries(first: Int! = 20): SummaryConnection! }
  type SourceConnection { nodes: [Source!]! }
  type EpisodeConnection { nodes: [Episode!]! }

  type Summary {
    id: ID! slug: String! title: String! tldr: String! body: Text! keyPoints: [String!]! publishedAt: DateTime!
    category: Category source: Source! episode: Episode! tags: [Tag!]!
  }
  type Text { value: String! }
  type Source { name: String! slug: String! kind: SourceKind! episodes(first: Int! = 20): EpisodeConnection! }
  type Category { name: String! slug: String! }
  type Tag { name: String! slug: String! }
  type Episode { title: String! url: URL publishedAt: DateTime! durationSeconds: Int summaries: [Summary!]! }
`;

const LISTED = `
  s.id, s.slug, s.title, s.tldr, s.published_at AS "publishedAt", s.category_id, s.source_id, s.episode_id`;

const OF_TAG = `
  SELECT ${LISTED} FROM summary_tag l JOIN summary s ON s.id = l.summary_id
  WHERE l.tag_id = (SELECT id FROM tag WHERE slug = $1)
  ORDER BY l.published_at DESC, l.summary_id DESC LIMIT $2`;
const OF_CATEGORY = `
  SELECT ${LISTED} FROM summary s WHERE s.category_id = (SELECT id FROM category WHERE slug = $1)
  ORDER BY s.published_at DESC, s.id DESC LIMIT $2`;
const COUNT_OF_TAG = "SELECT count(*) FROM summary_tag WHERE tag_id = (SELECT id FROM tag WHERE slug = $1)";
const COUNT_OF_CATEGORY = "SELECT count(*) FROM summary WHERE category_id = (SELECT id FROM category WHERE slug = $1)";
const ONE = `SELECT ${LISTED}, s.body, s.key_points AS "keyPoints" FROM summary s WHERE s.slug = $1`;
const DAYS = `
  SELECT day::DATE AS date FROM generate_series($1::TIMESTAMPTZ, $2::TIMESTAMPTZ - INTERVAL '1 day', '1 day') day
  CROSS JOIN LATERAL (SELECT FROM summary s WHERE s.published_on = day::DATE LIMIT 1) s
  ORDER BY day DESC LIMIT $3`;
const OF_DAYS = `
  SELECT day.date, s.* FROM unnest($1::DATE[]) AS day (date) CROSS JOIN LATERAL (
    SELECT ${LISTED} FROM summary s WHERE s.published_on = day.date
    ORDER BY s.published_at DESC, s.id DESC LIMIT $2) s`;
const OF_EPISODES = `SELECT ${LISTED} FROM summary s WHERE s.episode_id = ANY($1::INT[])`;
const SOURCES = "SELECT * FROM source WHERE slug > $1 ORDER BY slug LIMIT $2";
const OF_SOURCES = `
  SELECT e.* FROM unnest($1::INT[]) AS source (id) CROSS JOIN LATERAL (
    SELECT e.id, e.source_id, e.title, e.published_at AS "publishedAt" FROM episode e WHERE e.source_id = source.id
    ORDER BY e.published_at DESC, e.id DESC LIMIT $2) e`;
const TAGS = `
  SELECT l.summary_id, t.name, t.slug FROM summary_tag l JOIN tag t ON t.id = l.tag_id
  WHERE l.summary_id = ANY($1::INT[]) ORDER BY t.slug`;
const CATEGORIES = "SELECT id, name, slug FROM category WHERE id = ANY($1::INT[])";
const NAMED_SOURCES = "SELECT id, name, slug, kind FROM source WHERE id = ANY($1::INT[])";
const EPISODES = `
  SELECT id, title, url, published_at AS "publishedAt", duration_seconds AS "durationSeconds" FROM episode
  WHERE id = ANY($1::INT[])`;

// One more row than a page has says whether there is a next one.
function page(found, first, parent) {
  const nodes = found.length > first ? found.slice(0, first) : found;
  const endCursor = nodes.length > 0 ? String(nodes[nodes.length - 1].id) : null;
  return { ...parent, nodes, pageInfo: { hasNextPage: found.length > first, endCursor } };
}

const resolvers = {
  Query: {
    async summaries(_, { filter, first }) {
      const tag = filter.tags?.anyOf[0];
      const category = filter.categories?.anyOf[0];
      const found = await (tag
        ? rows("of_tag", OF_TAG, tag, first + 1)
        : rows("of_category", OF_CATEGORY, category, first + 1));
      return page(found, first, { tag, category });
    },
    summary: async (_, { by }) => (await rows("one", ONE, by.slug))[0],
    async summaryDays(_, { filter, first }) {
      return { nodes: await rows("days", DAYS, filter.publishedAt.gte, filter.publishedAt.lt, first) };
    },
    async sources(_, { first, after }) {
      return { nodes: await rows("sources", SOURCES, after ?? "", first) };
    },
  },
  SummaryConnection: {
    async totalCount({ tag, category }) {
      const [{ count }] = await (tag
        ? rows("count_of_tag", COUNT_OF_TAG, tag)
        : rows("count_of_category", COUNT_OF_CATEGORY, category));
      return count;
    },
  },
  Summary: { body: ({ body }) => ({ value: body }) },
};

// Loaders get all the objects of a level at once.
const one = (name, text, key) => async (queries) => {
  const found = await rows(name, text, [...new Set(queries.map(({ obj }) => obj[key]).filter((id) => id !== null))]);
  const byId = new Map(found.map((row) => [row.id, row]));
  return queries.map(({ obj }) => byId.get(obj[key]) ?? null);
};

function grouped(found, key) {
  const groups = new Map();
  for (const row of found) {
    const group = groups.get(row[key]);
    if (group) group.push(row);
    else groups.set(row[key], [row]);
  }
  return (id) => groups.get(id) ?? [];
}

const ids = (queries, key = "id") => queries.map(({ obj }) => obj[key]);
const uncached = (loader) => ({ loader, opts: { cache: false } }); // which would only cost: no object comes twice

const loaders = {
  Summary: {
    category: uncached(one("categories", CATEGORIES, "category_id")),
    source: uncached(one("named_sources", NAMED_SOURCES, "source_id")),
    episode: uncached(one("episodes", EPISODES, "episode_id")),
    tags: uncached(async (queries) => {
      const of = grouped(await rows("tags", TAGS, ids(queries)), "summary_id");
      return queries.map(({ obj }) => of(obj.id));
    }),
  },
  SummaryDay: {
    summaries: uncached(async (queries) => {
      const { first } = queries[0].params;
      const of = grouped(await rows("of_days", OF_DAYS, ids(queries, "date"), first + 1), "date");
      return queries.map(({ obj }) => page(of(obj.date), first));
    }),
  },
  Source: {
    episodes: uncached(async (queries) => {
      const of = grouped(await rows("of_sources", OF_SOURCES, ids(queries), queries[0].params.first), "source_id");
      return queries.map(({ obj }) => ({ nodes: of(obj.id) }));
    }),
  },
  Episode: {
    summaries: uncached(async (queries) => {
      const of = grouped(await rows("of_episodes", OF_EPISODES, ids(queries)), "episode_id");
      return queries.map(({ obj }) => of(obj.id));
    }),
  },
};

const app = Fastify({ logger: false });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: Number(PORT), host: "127.0.0.1" });
