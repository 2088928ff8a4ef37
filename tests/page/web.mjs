// The front end of `examples/web`, built and served as its README says, and what it shows held against the API:
//   npm run --prefix ../../examples/web preview
//   npm run web http://127.0.0.1:4173/
import assert from 'node:assert/strict';
import { Tab, TIME_ZONE, ask, heading, show } from './browser.mjs';

Tab.ready = 'main[aria-busy=false] > :is(footer, [role=alert])';

/** All days under a filter, and the rails, as the API has them. */
async function expected(filter = null) {
  const { summaryDays } = await ask(
    `query ($filter: SummaryFilter, $timeZone: TimeZone!) { summaryDays(filter: $filter, timeZone: $timeZone, first: 100) {
      summaryCount
      facets(first: 10) { categories { category { slug name } count selected } tags { tag { slug name } count selected } }
      nodes { ordinal date count summaries { nodes { title } } }
    } }`,
    { filter, timeZone: TIME_ZONE },
  );
  const { categories, tags } = summaryDays.facets;
  const entry = (of, { count, selected }) => ({ text: `${of?.name ?? 'none'} ${count}`, selected });
  return {
    total: summaryDays.summaryCount,
    headings: summaryDays.nodes.map(heading),
    titles: summaryDays.nodes.flatMap((day) => day.summaries.nodes.map(({ title }) => title)),
    rails: [...categories.map((it) => entry(it.category, it)), ...tags.map((it) => entry(it.tag, it))],
  };
}

/** The same, as the page shows them so far. */
async function found(tab) {
  const rails = await tab.page.$$eval('nav a', (links) => links.map((link) => ({
    text: link.textContent, selected: link.getAttribute('aria-current') === 'true',
  })));
  return { headings: await tab.texts('main > section h2'), titles: await tab.texts('h3'), rails };
}

/** As much as is shown is as the API has it, and all of it where that is said. */
async function agrees(tab, filter) {
  const [now, all] = [await found(tab), await expected(filter)];
  assert.ok(now.headings.length > 0);
  assert.deepEqual(now.headings, all.headings.slice(0, now.headings.length));
  assert.deepEqual(now.titles, all.titles.slice(0, now.titles.length));
  assert.deepEqual(now.rails, all.rails);
  assert.deepEqual(await tab.texts('footer p'), [`Showing ${now.titles.length} of ${all.total}`]);
  return `${now.headings.length} days, ${now.titles.length} of ${all.total} summaries`;
}

await show({
  'one question shows days, cards and counts as the API has them': async () => {
    const tab = await Tab.open();
    assert.equal(tab.questions.length, 1);
    const note = await agrees(tab);
    await tab.isSound('the list');
    await tab.close();
    return note;
  },

  'a rail filters, and the address says by what': async () => {
    const tab = await Tab.open();
    const before = await found(tab);
    const link = tab.page.locator('nav section:last-child a').nth(1);
    const promised = await link.locator('small').textContent();
    assert.equal((await tab.after(() => link.click())).length, 1, 'one question a view');
    const slug = new URL(tab.page.url()).searchParams.get('tag');
    const filter = { tags: { anyOf: [slug] } };
    await agrees(tab, filter);
    assert.match((await tab.texts('footer p'))[0], new RegExp(` of ${promised}$`), 'the count had promised as much');
    assert.equal(await tab.page.evaluate(() => document.activeElement.getAttribute('aria-current')), 'true', 'the focus stays');
    await tab.isSound('filtered');

    await tab.page.reload();
    await tab.settled();
    await agrees(tab, filter);
    await tab.after(() => tab.page.click('nav section:first-child a'));
    const { searchParams } = new URL(tab.page.url());
    await agrees(tab, { tags: { anyOf: [slug] }, categories: { anyOf: [searchParams.get('category')] } });

    assert.equal((await tab.after(() => tab.page.goBack())).length, 0, 'the way back asks nothing');
    await agrees(tab, filter);
    await tab.after(() => tab.page.click('nav a[aria-current=true]'));
    assert.deepEqual(await found(tab), before, 'a second click takes it away');
    await tab.close();
    return slug;
  },

  'earlier days are added, to the end, and none twice': async () => {
    const tab = await Tab.open();
    const { total, headings } = await expected();
    for (let pages = 0; (await tab.page.$('footer button')) && pages < 50; pages += 1) {
      const days = (await tab.texts('main > section')).length;
      await tab.page.click('footer button');
      await tab.page.waitForFunction((before) => document.querySelectorAll('main > section').length > before, days);
    }
    assert.ok(tab.questions.length > 1);
    await agrees(tab);
    assert.deepEqual(await tab.texts('main > section h2'), headings);
    assert.deepEqual(await tab.texts('footer p'), [`Showing ${total} of ${total}`]);
    await tab.isSound('the whole list');
    await tab.close();
    return `${headings.length} days in ${tab.questions.length} questions`;
  },

  'it is as sound in the dark and on a phone': async () => {
    const tab = await Tab.open('', { colorScheme: 'dark', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await tab.isSound('dark, on a phone');
    await tab.close();
  },

  'where there is no answer it says so': async () => {
    const tab = await Tab.open(null);
    const errors = [{ message: 'Ask again in 12 seconds.', extensions: { code: 'RATE_LIMITED' } }];
    await tab.page.route('**/graphql*', (route) => route.fulfill({ status: 429, json: { errors } }));
    await tab.page.goto(process.argv[2]);
    await tab.settled();
    assert.match((await tab.texts('[role=alert]'))[0], /Ask again in 12 seconds/);
    await tab.close();
  },
});
