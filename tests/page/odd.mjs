// Content that means harm, or is only odd: `odd.jsonl`, imported and served.
//   precis import --database-url sqlite://odd.db?mode=rwc odd.jsonl
//   precis serve --database-url sqlite://odd.db --no-worker --rate-limit off
//   npm run odd http://127.0.0.1:8080/
import assert from 'node:assert/strict';
import { A_DAY, Tab, ask, show } from './browser.mjs';

const { summaries } = await ask('{ summaries(first: 100) { totalCount nodes { slug title episode { url } } } }');
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const odd = summaries.nodes.filter(({ title }) => !title.startsWith('Plain'));

/** Nothing of what the texts would like to be has come true. */
async function isHarmless(tab, what) {
  const found = await tab.page.evaluate(() => ({
    active: [...document.querySelectorAll('main :is(script, iframe, form, input, svg, object, embed, style), main [style], main [onclick], main [onerror]')]
      .map((it) => it.outerHTML.slice(0, 120)),
    links: [...document.links].map((link) => link.protocol).filter((protocol) => !['http:', 'https:'].includes(protocol)),
    ids: document.querySelectorAll('#stage').length,
    title: document.title,
  }));
  assert.deepEqual(found.active, [], what);
  assert.deepEqual(found.links, [], what);
  assert.equal(found.ids, 1, what);
  assert.notEqual(found.title, 'owned', what);
  await tab.isSound(what);
}

await show({
  'odd lists are texts, on a desk and on a phone': async () => {
    for (const options of [{}, phone]) {
      const tab = await Tab.open('', options);
      for (let left = (await tab.texts('.rest')).length; left > 0; left -= 1) {
        await tab.page.click('.rest >> nth=0');
        await tab.page.waitForFunction((before) => document.querySelectorAll('.rest').length < before, left);
      }
      const titles = await tab.texts('.card h3');
      assert.ok(titles.some((title) => title.startsWith('Markup in a title: <img src=x')), titles.join('\n'));
      await isHarmless(tab, 'the list');
      await tab.close();
    }
  },

  'odd summaries are texts, on a desk and on a phone': async () => {
    for (const { slug } of odd) {
      for (const options of [{}, phone]) {
        const tab = await Tab.open(`?${new URLSearchParams({ summary: slug })}`, options);
        await isHarmless(tab, slug);
        await tab.close();
      }
    }
    return `${odd.length} of them`;
  },

  'headings within a text skip no level': async () => {
    const { slug } = odd.find(({ title }) => title.startsWith('Markup'));
    const tab = await Tab.open(`?summary=${slug}`);
    assert.deepEqual(await tab.page.$$eval('.prose :is(h1, h2, h3, h4, h5, h6)', (found) => found.map((it) => it.localName)), ['h3', 'h4', 'h4']);
    await tab.close();
  },

  'what reads from the right stands on the right, and turns nothing around': async () => {
    const { slug } = odd.find(({ title }) => /\p{Script=Arabic}/u.test(title));
    const tab = await Tab.open(`?summary=${slug}`);
    assert.equal(await tab.page.$eval('h1', (it) => getComputedStyle(it).direction), 'rtl');
    assert.equal(await tab.page.$eval('h1', (it) => it.lang), 'ar');
    assert.equal(await tab.page.$eval('.summary header .meta', (it) => getComputedStyle(it).direction), 'ltr');
    await tab.close();
  },

  'odd names can be chosen, and what is chosen holds': async () => {
    for (const place of ['?tag=constructor', '?source=constructor', '?tag=%3Cscript%3E', '?q=%3Cimg+src%3Dx%3E', '?tag=__proto__&category=']) {
      const tab = await Tab.open(place);
      await isHarmless(tab, place);
      await tab.close();
    }
  },

  'a day that is longer than its share says so, and shows the rest': async () => {
    const tab = await Tab.open('?tag=plain');
    const { summaryDays } = await ask('{ summaryDays(filter: {tags: {anyOf: ["plain"]}}) { summaryCount nodes { date count } } }');
    const [shorter, longer] = summaryDays.nodes;
    assert.equal(await tab.standing(), `Showing ${shorter.count + A_DAY} of ${summaryDays.summaryCount}`);
    assert.deepEqual(await tab.texts('.rest'), [`${longer.count - A_DAY} more of this day`]);
    await isHarmless(tab, 'a day that is cut');
    await tab.page.focus('.rest');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForFunction(() => !document.querySelector('.rest'));
    assert.equal(await tab.standing(), `Showing ${summaryDays.summaryCount} of ${summaryDays.summaryCount}`);
    const titles = await tab.texts('.card h3');
    assert.equal(new Set(titles).size, titles.length, 'none twice');
    assert.equal(await tab.page.evaluate(() => document.activeElement.textContent), titles[shorter.count + A_DAY]);
    await tab.close();
    return `${longer.count} summaries`;
  },
});
