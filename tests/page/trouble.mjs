// What is said when there is no answer, and that one can try again.
import assert from 'node:assert/strict';
import { A_DAY, Tab, address, ask, heading, show } from './browser.mjs';

const refusal = (status, code, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ errors: [{ message: 'No.', extensions: { code } }] }),
});

const answers = {
  'a rate limit': [refusal(429, 'RATE_LIMITED', { 'retry-after': '12' }), 'That was a lot at once', /in 12 seconds/],
  'too much to do': [refusal(503, 'UNAVAILABLE', { 'retry-after': '1' }), 'The server is busy', /in a second/],
  'a time-out': [refusal(504, 'TIMEOUT'), 'That takes too long', /fewer/],
  'a fault': [refusal(500, 'INTERNAL'), 'The server could not answer', /No\./],
  'a proxy’s page': [{ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }, 'That was no answer', /502/],
  'no connection': [null, 'The server is out of reach', /network/],
};

const things = {};
for (const [what, [answer, message, advice]] of Object.entries(answers)) {
  things[`${what} is said in words, and another try may do`] = async () => {
    const tab = await Tab.open(null);
    const questions = '**/graphql?*';
    await tab.page.route(questions, (route) => (answer ? route.fulfill(answer) : route.abort()));
    await tab.page.goto(address);
    await tab.settled();
    assert.deepEqual(await tab.texts('h1'), [message]);
    assert.match((await tab.texts('.trouble p'))[0], advice);
    assert.match((await tab.texts('#announcer'))[0], new RegExp(message));
    // The browser itself notes that a request has failed.
    tab.complaints = tab.complaints.filter((line) => !line.startsWith('Failed to load resource'));
    await tab.isSound(what);
    await tab.page.unroute(questions);
    await tab.page.click('.trouble button');
    await tab.page.waitForSelector('.card h3');
    await tab.close();
  };
}

await show({
  ...things,

  'who is offline is told so, and the page comes back by itself': async () => {
    const tab = await Tab.open();
    await tab.page.context().setOffline(true);
    await tab.page.click('.rails li a');
    await tab.page.waitForSelector('.trouble');
    assert.deepEqual(await tab.texts('h1'), ['You are offline']);
    await tab.page.context().setOffline(false);
    await tab.page.waitForSelector('.card h3');
    assert.equal((await tab.texts('.chip')).length, 1, 'at the place that was wanted');

    const [title] = await tab.texts('.card h3');
    await tab.page.context().setOffline(true);
    await tab.page.click('.card h3 a');
    await tab.page.waitForSelector('.trouble');
    assert.deepEqual(await tab.texts('h1'), ['You are offline']);
    await tab.page.context().setOffline(false);
    await tab.page.waitForSelector('article.summary');
    assert.deepEqual(await tab.texts('h1'), [title]);
    await tab.close();
  },

  'days that don’t come leave those that are there': async () => {
    const tab = await Tab.open();
    const days = (await tab.texts('.day')).length;
    await tab.page.route('**/graphql?*', (route) => route.fulfill(answers['a rate limit'][0]));
    await tab.page.mouse.wheel(0, 20_000);
    await tab.page.waitForSelector('.more .notice');
    assert.equal((await tab.texts('.day')).length, days);
    tab.complaints = [];
    await tab.isSound('days that did not come');
    await tab.page.unroute('**/graphql?*');
    await tab.page.click('.more button');
    await tab.page.waitForFunction((before) => document.querySelectorAll('.day').length > before, days);
    await tab.close();
  },

  'where the time zone is not known, it is UTC, and the page says so': async () => {
    const { summaryDays } = await ask('{ summaryDays(first: 100) { nodes { ordinal date count } } }');
    const notes = {
      '+03:00': 'Days and times are in UTC: the server does not know your time zone, +03:00.',
      'Etc/Unknown': 'Days and times are in UTC: your browser tells no time zone.',
    };
    for (const [timeZone, note] of Object.entries(notes)) {
      const tab = await Tab.open(null);
      await tab.page.addInitScript((told) => {
        const { resolvedOptions } = Intl.DateTimeFormat.prototype;
        Intl.DateTimeFormat.prototype.resolvedOptions = function () { return { ...resolvedOptions.call(this), timeZone: told }; };
      }, timeZone);
      await tab.page.goto(address);
      await tab.settled();
      assert.deepEqual(await tab.texts('.zone'), [note]);
      const headings = await tab.texts('.day h2');
      assert.deepEqual(headings, summaryDays.nodes.slice(0, headings.length).map(heading));
      const [first] = await tab.page.$$eval('.card time', (times) => times.map((it) => [it.dateTime.slice(11, 16), it.textContent]));
      assert.equal(first[1], first[0]);
      const longer = summaryDays.nodes.slice(0, headings.length).find(({ count }) => count > A_DAY);
      if (longer) {
        await tab.page.click('.rest');
        await tab.page.waitForFunction(([id, count]) => document.querySelectorAll(`#${id} ~ .card`).length === count, [`day-${longer.date}`, longer.count]);
      }
      // Once it is known, nothing is asked twice.
      assert.equal((await tab.after(() => tab.page.click('.rails li a'))).length, 1);
      assert.deepEqual(await tab.texts('.zone'), [note]);
      tab.complaints = tab.complaints.filter((line) => !line.startsWith('Failed to load resource'));
      await tab.isSound(timeZone);
      await tab.close();
    }
  },

  'what is refused for another reason is not asked for in UTC for ever': async () => {
    const tab = await Tab.open('?language=no+language');
    assert.deepEqual(await tab.texts('h1'), ['The server could not answer']);
    assert.match((await tab.texts('.trouble p'))[0], /LanguageTag/);
    await tab.page.goto(address);
    await tab.settled();
    assert.deepEqual(await tab.texts('.zone'), []);
    await tab.close();
  },

  'what the API refuses to look for is said in its own words': async () => {
    const tab = await Tab.open(`?q=${'a+'.repeat(40)}`);
    assert.deepEqual(await tab.texts('h1'), ['That can’t be looked for']);
    await tab.close();
  },
});
