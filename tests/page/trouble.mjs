// What is said when there is no answer, and that one can try again.
import assert from 'node:assert/strict';
import { Tab, address, show } from './browser.mjs';

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

  'what the API refuses to look for is said in its own words': async () => {
    const tab = await Tab.open(`?q=${'a+'.repeat(40)}`);
    assert.deepEqual(await tab.texts('h1'), ['That can’t be looked for']);
    await tab.close();
  },
});
