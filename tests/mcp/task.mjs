// The task that every client does: see which tools there are, read about a type, page through a list within a budget,
// and be told what is wrong. A client is two functions: `tools()` and `call(name, args)` → `{ text, isError }`.
import assert from 'node:assert/strict';

const query = 'query ($tag: String!) { summaries(first: 60, filter: {tags: {anyOf: [$tag]}}) { totalCount nodes { id title } } }';
const variables = { tag: 'backend' };

/** Does the task, and says what was done. `expected` are the ids of the summaries, as plain GraphQL lists them. */
export async function run({ tools, call }, expected) {
  assert.deepEqual(await tools(), ['schema', 'query']);

  const { text: schema } = await call('schema', { names: ['Summary'] });
  assert.match(schema, /Summary.*\btldr\b/s);

  const ids = [];
  let pages = 0;
  for (let after; pages === 0 || after; pages++) {
    const page = await call('query', { query, variables, maxTokens: 150, ...(after && { after }) });
    assert.equal(page.isError, false, page.text);
    const [header, columns, ...rows] = page.text.split('\n');
    const [, rowsHere, total] = header.match(/^#summaries (\d+)\/(\d+)/);
    assert.equal(columns, 'id\ttitle');
    assert.equal(rows.length, Number(rowsHere));
    assert.equal(expected.length, Number(total));
    ids.push(...rows.map((row) => row.split('\t')[0]));
    after = header.match(/ after=(\S+)/)?.[1];
  }
  assert.deepEqual(ids, expected);
  assert.ok(pages > 1, 'more than a page');

  const wrong = await call('query', { query: '{ summaries { nodes { titel } } }' });
  assert.equal(wrong.isError, true);
  assert.match(wrong.text, /title/);
  return `two tools, ${ids.length} summaries in ${pages} pages, an error`;
}

/** The ids of the summaries that the task is about, from the server's `/graphql`. */
export async function expectedIds(url) {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data.summaries.nodes.map(({ id }) => id);
}
