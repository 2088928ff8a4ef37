// Rails, search, addresses and the way back.
import assert from 'node:assert/strict';
import { Tab, ask, show } from './browser.mjs';

const RAILS = {
  category: ['categories', 'category { key: slug label: name }'],
  tag: ['tags', 'tag { key: slug label: name }'],
  source: ['sources', 'source { key: slug label: name }'],
  language: ['languages', 'key: language'],
};

/** How many there are under a filter, and the rails, as the API has them. */
async function expected(filter) {
  const facets = Object.values(RAILS).map(([name, what]) => `${name} { ${what} count selected }`).join(' ');
  const { summaries } = await ask(
    `query ($filter: SummaryFilter) { summaries(filter: $filter, first: 0) { totalCount facets(first: 16) { ${facets} } } }`,
    { filter },
  );
  const rails = Object.entries(RAILS).map(([rail, [name]]) => [rail, summaries.facets[name].map((entry) => ({
    key: `${rail}:${entry.key ?? entry[rail]?.key ?? ''}`, count: entry.count, selected: entry.selected,
  }))]);
  // Where nothing stands in a category, there is no such rail.
  const named = ([, entries]) => entries.some(({ key, selected }) => key !== 'category:' || selected);
  return { total: summaries.totalCount, rails: Object.fromEntries(rails.map((rail) => (named(rail) ? rail : [rail[0], []]))) };
}

/** The same, as the page shows them. */
async function found(tab) {
  const standing = /^Showing ([\d,]+) of ([\d,]+)$/.exec(await tab.standing());
  const entries = await tab.page.$$eval('.rails li a', (links) => links.map((link) => ({
    key: link.dataset.focus,
    count: Number(link.querySelector('.count').textContent.replaceAll(',', '')),
    selected: link.getAttribute('aria-current') === 'true',
  })));
  const rails = Object.keys(RAILS).map((rail) => [rail, entries.filter(({ key }) => key.startsWith(`${rail}:`))]);
  return { total: Number(standing[2].replaceAll(',', '')), rails: Object.fromEntries(rails) };
}

const filterOf = (rail, slug) => ({
  category: slug === '' ? { categories: { isEmpty: true } } : { categories: { anyOf: [slug] } },
  tag: { tags: { anyOf: [slug] } },
  source: { sources: { anyOf: [slug] } },
  language: { languages: [slug] },
}[rail]);

const things = {};

for (const rail of Object.keys(RAILS)) {
  things[`${rail}: the list, its counts and its address follow, and back again`] = async () => {
    const tab = await Tab.open();
    const before = await found(tab);
    assert.deepEqual(before, await expected(null));
    const entry = before.rails[rail].find(({ key, count }) => count < before.total && key !== `${rail}:`) ?? before.rails[rail][0];
    const slug = entry.key.slice(rail.length + 1);
    const link = `.rails [data-focus="${entry.key}"]`;

    const asked = await tab.after(() => tab.page.click(link));
    assert.equal(asked.length, 1, 'one question a view');
    assert.equal(new URL(tab.page.url()).search, `?${new URLSearchParams({ [rail]: slug })}`);
    const now = await found(tab);
    assert.deepEqual(now, await expected(filterOf(rail, slug)));
    assert.equal(now.total, entry.count, 'the count had promised as much');
    assert.equal(await tab.page.evaluate(() => document.activeElement.dataset.focus), entry.key, 'the focus stays');
    await tab.isSound(`filtered by ${rail}`);

    const shared = await Tab.open(new URL(tab.page.url()).search);
    assert.deepEqual(await found(shared), now, 'the address alone leads there');
    await shared.close();

    assert.equal((await tab.after(() => tab.page.goBack())).length, 0, 'the way back asks nothing');
    assert.deepEqual(await found(tab), before);
    assert.equal((await tab.after(() => tab.page.goForward())).length, 0);
    assert.deepEqual(await found(tab), now);
    await tab.after(() => tab.page.click(link));
    assert.deepEqual(await found(tab), before, 'a second click takes it away');
    await tab.close();
    return `${slug || 'none'}: ${now.total} of ${before.total}`;
  };
}

await show({
  ...things,

  'what nobody has put in a category can be chosen': async () => {
    const tab = await Tab.open();
    if (!(await tab.page.$('[data-focus="category:"]'))) return 'there is none';
    await tab.after(() => tab.page.click('[data-focus="category:"]'));
    const now = await found(tab);
    assert.deepEqual(now, await expected({ categories: { isEmpty: true } }));
    await tab.close();
    return `${now.total} summaries`;
  },

  'where nothing stands in a category, there is none to choose': async () => {
    const { tags } = (await ask('{ summaries(first: 0, filter: {categories: {isEmpty: true}}) { facets { tags { tag { slug } } } } }')).summaries.facets;
    const counts = await Promise.all(tags.map(({ tag: { slug } }) => expected({ tags: { anyOf: [slug] } })));
    const at = counts.findIndex(({ rails }) => rails.category.length === 0);
    if (at < 0) return 'there is no such tag';
    const tab = await Tab.open(`?tag=${tags[at].tag.slug}`);
    assert.deepEqual(await found(tab), counts[at]);
    assert.deepEqual(await tab.texts('#rail-category'), []);
    await tab.close();
    return tags[at].tag.slug;
  },

  'several of a rail are any of them, rails together are all of them': async () => {
    const { tags, sources } = (await ask('{ summaries(first: 0) { facets { tags { tag { slug } } sources { source { slug } } } } }')).summaries.facets;
    const chosen = [tags[0].tag.slug, tags[1].tag.slug];
    const source = sources[0].source.slug;
    const tab = await Tab.open(`?tag=${chosen[0]}&tag=${chosen[1]}&source=${source}`);
    assert.deepEqual(await found(tab), await expected({ tags: { anyOf: chosen }, sources: { anyOf: [source] } }));
    assert.equal((await tab.texts('.chip')).length, 3);
    await tab.isSound('three chosen');
    await tab.after(() => tab.page.click('.clear'));
    assert.equal(new URL(tab.page.url()).search, '');
    await tab.close();
  },

  'words are looked for, together with what is chosen, until they are taken away': async () => {
    const tab = await Tab.open('?language=en');
    await tab.page.fill('#q', ' lock* ');
    const asked = await tab.after(() => tab.page.press('#q', 'Enter'));
    assert.equal(asked.length, 1);
    assert.equal(new URL(tab.page.url()).search, '?language=en&q=lock*');
    assert.deepEqual(await found(tab), await expected({ text: 'lock*', languages: ['en'] }));
    assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'q');
    await tab.isSound('a search');
    await tab.after(() => tab.page.click('.chip:has-text("lock*")'));
    assert.equal(await tab.page.inputValue('#q'), '');
    await tab.after(() => tab.page.goBack());
    assert.equal(await tab.page.inputValue('#q'), 'lock*');
    await tab.close();
  },

  'where nothing matches there are ways out': async () => {
    const tab = await Tab.open('?q=nowordlikethis&tag=nosuchtag');
    assert.equal(await tab.standing(), 'Showing 0 of 0');
    assert.deepEqual(await tab.texts('.notice h2'), ['Nothing matches']);
    await tab.isSound('nothing');
    await tab.after(() => tab.page.click('.notice a'));
    assert.notEqual(await tab.standing(), 'Showing 0 of 0');
    await tab.close();
  },

  'a link in another tab is the browser’s': async () => {
    const tab = await Tab.open();
    const [other] = await Promise.all([
      tab.page.context().waitForEvent('page'),
      tab.page.click('.rails li a', { modifiers: ['Control'] }),
    ]);
    await other.waitForSelector('.chip');
    assert.equal(new URL(tab.page.url()).search, '');
    await tab.close();
  },
});
