// The first view: what it costs, and that it says what the API says.
import assert from 'node:assert/strict';
import { A_DAY, MOST_BYTES, Tab, TIME_ZONE, address, ask, heading, show } from './browser.mjs';

const LATEST_PAINT_MS = 500;

const { summaryDays } = await ask(
  `query ($timeZone: TimeZone!, $each: Int!) { summaryDays(timeZone: $timeZone, first: 100) {
    totalCount summaryCount nodes { ordinal date count summaries(first: $each) { nodes { title } } }
  } }`,
  { timeZone: TIME_ZONE, each: A_DAY },
);

const firstPaint = (tab) => tab.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);

await show({
  'one question and few bytes, soon and without a shift': async () => {
    const tab = await Tab.open();
    assert.equal(tab.questions.length, 1);
    assert.ok(tab.bytes <= MOST_BYTES, `${tab.bytes} bytes`);
    const paints = [await firstPaint(tab)];
    for (let again = 0; again < 2; again += 1) {
      const other = await Tab.open();
      paints.push(await firstPaint(other));
      await other.close();
    }
    // The others have waited for the machine.
    const paint = Math.min(...paints);
    assert.ok(paint < LATEST_PAINT_MS, `${paints} ms`);
    await tab.isSound('the first view');
    await tab.close();
    return `${tab.bytes} bytes, first paint after ${Math.round(paint)} ms, nothing moves, axe finds nothing`;
  },

  'days and cards are those of the API': async () => {
    const tab = await Tab.open();
    const headings = await tab.texts('.day h2');
    assert.deepEqual(headings, summaryDays.nodes.slice(0, headings.length).map(heading));
    const titles = summaryDays.nodes.slice(0, headings.length).flatMap((day) => day.summaries.nodes.map(({ title }) => title));
    assert.deepEqual(await tab.texts('.card h3'), titles.map((title) => title.replace(/\s+/g, ' ').trim()));
    assert.equal(await tab.standing(), `Showing ${titles.length} of ${summaryDays.summaryCount}`);
    await tab.close();
    return `${headings.length} days, ${titles.length} cards`;
  },

  'earlier days come by scrolling, to the end, and none twice': async () => {
    const tab = await Tab.open();
    for (let rounds = 0; (await tab.page.$('.more button')) && rounds < 200; rounds += 1) {
      await tab.page.mouse.wheel(0, 20_000);
      await tab.page.waitForTimeout(60);
    }
    assert.deepEqual(await tab.texts('.day h2'), summaryDays.nodes.map(heading));
    const shown = summaryDays.nodes.reduce((sum, { count }) => sum + Math.min(count, A_DAY), 0);
    assert.equal(await tab.standing(), `Showing ${shown} of ${summaryDays.summaryCount}`);
    assert.deepEqual(await tab.texts('#announcer'), [await tab.standing()]);
    await tab.isSound('the whole list');
    await tab.close();
    return `${summaryDays.totalCount} days in ${tab.questions.length} questions`;
  },

  'earlier days come by key as well, and the focus goes with them': async () => {
    const tab = await Tab.open(null);
    // Without an eye for what comes into sight there is the button.
    await tab.page.addInitScript(() => { window.IntersectionObserver = class { observe() {} disconnect() {} }; });
    await tab.page.goto(address);
    await tab.settled();
    const days = (await tab.texts('.day h2')).length;
    await tab.page.focus('.more button');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForFunction((before) => document.querySelectorAll('.day').length > before, days);
    const focused = await tab.page.evaluate(() => document.activeElement.closest('.day')?.querySelector('h2').textContent);
    assert.equal(focused, heading(summaryDays.nodes[days]));
    await tab.close();
  },

  'the second visit asks for no file again': async () => {
    const tab = await Tab.open();
    const before = tab.bytes;
    await tab.page.reload();
    await tab.settled();
    const again = tab.bytes - before;
    assert.ok(again < 3_000, `${again} bytes`);
    await tab.close();
    return `${again} bytes`;
  },

  'it works below any path of a proxy': async () => {
    const tab = await Tab.open(null);
    await tab.page.route(`${address}below/a/path/**`, async (route) => {
      const url = route.request().url().replace('below/a/path/', '');
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    await tab.page.goto(`${address}below/a/path/`);
    await tab.settled();
    await tab.after(() => tab.page.click('.card h3 a'));
    await tab.after(() => tab.page.click('.back a'));
    await tab.after(() => tab.page.click('.rails li a'));
    assert.equal(new URL(tab.page.url()).pathname, '/below/a/path/');
    assert.equal(tab.questions.filter((url) => url.startsWith(`${address}below/a/path/graphql?`)).length, 3);
    await tab.isSound('below a path');
    await tab.close();
  },

  'without JavaScript it says where the API is': async () => {
    const tab = await Tab.open(null, { javaScriptEnabled: false });
    await tab.page.goto(address);
    assert.equal(await tab.page.getAttribute('main noscript a, main a', 'href'), 'graphql');
    assert.match(await tab.page.innerText('main'), /needs JavaScript/);
    await tab.close();
  },
});
