/** What comes back for the documents in `queries.js`: for editors and `tsc`. It is not served. */

/** A GraphQL document; `answer` is there for its type alone, and never set. */
export interface Question<Data> {
  text: string;
  answer?: Data;
}

export interface Named {
  slug: string;
  name: string;
}

export interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

/** A summary in a list. */
export interface Card {
  slug: string;
  title: string;
  tldr: string;
  language: string;
  publishedAt: string | null;
  source: Named;
  category: Named | null;
  tags: Named[];
}

export interface Cards {
  nodes: Card[];
  pageInfo: PageInfo;
}

export interface Day {
  ordinal: number;
  date: string;
  count: number;
  summaries: Cards;
}

export interface Days {
  summaryCount: number;
  pageInfo: PageInfo;
  facets?: Facets;
  nodes: Day[];
}

interface Counted {
  count: number;
  selected: boolean;
}

export interface Facets {
  categories: (Counted & { category: Named | null })[];
  tags: (Counted & { tag: Named })[];
  sources: (Counted & { source: Named })[];
  languages: (Counted & { language: string })[];
}

/** A summary that is linked to. */
export interface Reference {
  slug: string;
  title: string;
  language: string;
}

/** An episode beside another one in their series. */
export interface Neighbour {
  title: string;
  url: string | null;
  number: number | null;
  summaries: Reference[];
}

export interface Episode {
  kind: string;
  title: string;
  url: string | null;
  author: string | null;
  publishedAt: string;
  publishedAtIsEstimated: boolean;
  durationSeconds: number | null;
  wordCount: number | null;
  number: number | null;
  series: { slug: string; title: string; latestNumber: number | null } | null;
  previous: Neighbour | null;
  next: Neighbour | null;
}

/** A summary with all that leads on from it. */
export interface Whole extends Card {
  keyPoints: string[];
  /** HTML. */
  body: { value: string };
  origin: string;
  model: string | null;
  source: Named & { homepage: string | null };
  episode: Episode;
  translations: Reference[];
  related: (Reference & { publishedAt: string | null; source: Named })[];
}
