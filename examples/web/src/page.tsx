/**
 * “№ 02 / Summaries”: days of summaries, and rails to filter them by. Each component says in a fragment what it
 * shows; a view is one request for all of them. What is chosen stands in the address: `?tag=backend&category=…`.
 */
import { useState, useSyncExternalStore } from 'react';
import { useQuery } from 'urql';
import { graphql, read, type FragmentType } from './gql';
import type { SummaryFilter } from './gql/graphql';

const PAGE = graphql(`
  query Page($filter: SummaryFilter, $timeZone: TimeZone!) {
    summaryDays(filter: $filter, timeZone: $timeZone, first: 4) {
      ...Days
      facets(first: 10) { ...Rails }
    }
  }
`);

export function Page() {
  const chosen = useChosen();
  const filter = { categories: anyOf(chosen.getAll('category')), tags: anyOf(chosen.getAll('tag')) };
  const [{ data, error, fetching }] = useQuery({ query: PAGE, variables: { filter, timeZone } });
  return (
    <main aria-busy={fetching}>
      <h1>№ 02 <i>/</i> Summaries</h1>
      {error && <p role="alert">{error.message}</p>}
      {data && <Rails facets={data.summaryDays.facets} chosen={chosen} />}
      {data && <Days key={`${chosen}`} page={data.summaryDays} filter={filter} before={0} />}
    </main>
  );
}

const DAYS = graphql(`
  fragment Days on SummaryDayConnection {
    summaryCount
    pageInfo { hasNextPage endCursor }
    nodes { ordinal date count summaries(first: 50) { nodes { id ...Card } } }
  }
`);

/** A page of days and, once somebody wants it, the next one below. `before` is how many summaries stand above. */
function Days({ page, filter, before }: { page: FragmentType<typeof DAYS>; filter: SummaryFilter; before: number }) {
  const { summaryCount, pageInfo, nodes: days } = read(DAYS, page);
  const [more, setMore] = useState(false);
  const shown = days.reduce((sum, day) => sum + day.summaries.nodes.length, before);
  return (
    <>
      {days.map(({ ordinal, date, count, summaries }) => (
        <section key={date}>
          <h2>DAY {`${ordinal}`.padStart(2, '0')} · {inWords(date)} · {count} {count === 1 ? 'summary' : 'summaries'}</h2>
          {summaries.nodes.map((summary) => <Card key={summary.id} summary={summary} />)}
        </section>
      ))}
      {more ? <NextDays filter={filter} after={pageInfo.endCursor} before={shown} /> : (
        <footer>
          <p role="status">Showing {shown} of {summaryCount}</p>
          {pageInfo.hasNextPage && <button onClick={() => setMore(true)}>Earlier days</button>}
        </footer>
      )}
    </>
  );
}

const NEXT_DAYS = graphql(`
  query NextDays($filter: SummaryFilter, $timeZone: TimeZone!, $after: String) {
    summaryDays(filter: $filter, timeZone: $timeZone, first: 4, after: $after) { ...Days }
  }
`);

function NextDays({ filter, after, before }: { filter: SummaryFilter; after: string | null; before: number }) {
  const [{ data, error }] = useQuery({ query: NEXT_DAYS, variables: { filter, timeZone, after } });
  if (!data) return <p role={error ? 'alert' : 'status'}>{error?.message ?? 'A moment …'}</p>;
  return <Days page={data.summaryDays} filter={filter} before={before} />;
}

const CARD = graphql(`
  fragment Card on Summary { title tldr source { name } category { name } tags { slug name } }
`);

function Card({ summary }: { summary: FragmentType<typeof CARD> }) {
  const { title, tldr, source, category, tags } = read(CARD, summary);
  return (
    <article>
      <p><b>{source.name}</b> {category?.name}</p>
      <h3>{title}</h3>
      <p>{tldr}</p>
      <ul>{tags.map(({ slug, name }) => <li key={slug}>#{name}</li>)}</ul>
    </article>
  );
}

const RAILS = graphql(`
  fragment Rails on SummaryFacets {
    category: categories { of: category { slug name } count selected }
    tag: tags { of: tag { slug name } count selected }
  }
`);

function Rails({ facets, chosen }: { facets: FragmentType<typeof RAILS>; chosen: URLSearchParams }) {
  const { category, tag } = read(RAILS, facets);
  return (
    <nav aria-label="Filters">
      {Object.entries({ category, tag }).map(([rail, entries]) => (
        <section key={rail}>
          <h2>{rail}</h2>
          {entries.map(({ of, count, selected }) => (
            <a key={of?.slug ?? ''} href={toggled(chosen, rail, of?.slug ?? '')} aria-current={selected}>
              {of?.name ?? 'none'} <small>{count}</small>
            </a>
          ))}
        </section>
      ))}
    </nav>
  );
}

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

/** `2026-05-08` as “Friday May 8 2026”. */
const inWords = (date: string) =>
  new Date(date).toLocaleDateString('en-US', { dateStyle: 'full', timeZone: 'UTC' }).replaceAll(',', '');

/** Within a rail any will do, and the nameless one is for what has none. Where nothing is chosen, nothing is asked for. */
const anyOf = (slugs: string[]) => (slugs.includes('') ? { isEmpty: true } : slugs[0] ? { anyOf: slugs } : null);

/** The address with an entry of a rail chosen, or no longer. */
function toggled(chosen: URLSearchParams, rail: string, slug: string) {
  const next = new URLSearchParams(chosen);
  if (next.has(rail, slug)) next.delete(rail, slug);
  else next.append(rail, slug);
  return `?${next}`;
}

/** Links are links. Those that stay on the page only change its address. */
navigation.addEventListener('navigate', (event) => {
  if (event.canIntercept && event.navigationType !== 'reload') event.intercept({ focusReset: 'manual' });
});

function listen(told: () => void) {
  navigation.addEventListener('currententrychange', told);
  return () => navigation.removeEventListener('currententrychange', told);
}

const useChosen = () => new URLSearchParams(useSyncExternalStore(listen, () => location.search));
