// One summary: all that is known of it, and where one can go from there.
import assert from 'node:assert/strict';
import { Tab, ask, show } from './browser.mjs';

const { summaries } = await ask(`{ summaries(first: 100) { nodes {
  slug title tldr keyPoints origin tags { name } translations { title } related { title }
  episode { url number series { title } previous { number } next { number } }
} } }`);
const all = summaries.nodes;
const placeOf = ({ slug }) => `?summary=${encodeURIComponent(slug)}`;

await show({
  'a card leads to its summary by one question, and back to where it was': async () => {
    const tab = await Tab.open();
    await tab.page.evaluate(() => scrollTo(0, document.querySelectorAll('.card')[3].getBoundingClientRect().top - 200));
    const scrolled = await tab.page.evaluate(() => scrollY);
    const title = (await tab.texts('.card h3'))[3];
    const asked = await tab.after(() => tab.page.click('.card >> nth=3 >> h3 a'));
    assert.equal(asked.length, 1);
    assert.deepEqual(await tab.texts('h1'), [title]);
    assert.equal(await tab.page.title(), `${title} · Précis`);
    assert.equal(await tab.page.evaluate(() => document.activeElement.localName), 'h1');
    assert.equal(await tab.page.evaluate(() => scrollY), 0);
    assert.equal((await tab.after(() => tab.page.goBack())).length, 0);
    assert.ok(Math.abs((await tab.page.evaluate(() => scrollY)) - scrolled) < 2);
    assert.ok(scrolled > 0);
    assert.equal(await tab.page.evaluate(() => document.activeElement.textContent), title, 'the focus is where it was');
    await tab.close();
  },

  'a summary leads back to the list that one came from': async () => {
    const tab = await Tab.open('?language=en');
    const { href } = new URL(tab.page.url());
    await tab.page.evaluate(() => scrollTo(0, document.querySelectorAll('.card')[2].getBoundingClientRect().top - 200));
    const scrolled = await tab.page.evaluate(() => scrollY);
    await tab.after(() => tab.page.click('.card >> nth=2 >> h3 a'));
    assert.deepEqual(await tab.texts('.back'), ['Back to the filtered list']);
    await tab.isSound('a summary behind a filtered list');
    assert.equal((await tab.after(() => tab.page.click('.back a'))).length, 0, 'it is there still');
    assert.ok(Math.abs((await tab.page.evaluate(() => scrollY)) - scrolled) < 2, 'where it was left');
    assert.equal(tab.page.url(), href);

    await tab.after(() => tab.page.click('.card >> nth=2 >> h3 a'));
    await tab.after(() => tab.page.click('.others a >> nth=0'));
    await tab.page.reload();
    await tab.settled();
    assert.equal((await tab.after(() => tab.page.click('.back a'))).length, 1);
    assert.equal(tab.page.url(), href, 'over other summaries, too');
    await tab.after(() => tab.page.click('.wordmark'));
    await tab.after(() => tab.page.click('.card h3 a'));
    assert.deepEqual(await tab.texts('.back'), ['All summaries']);
    await tab.close();
  },

  'all of a summary is there': async () => {
    const summary = all.find(({ keyPoints, episode }) => keyPoints.length > 0 && episode.url) ?? all[0];
    const tab = await Tab.open(placeOf(summary));
    assert.equal(tab.questions.length, 1);
    assert.deepEqual(await tab.texts('h1, .lead'), [summary.title, summary.tldr]);
    assert.deepEqual(await tab.texts('.points li'), summary.keyPoints.map((point) => point.replaceAll('`', '')));
    assert.deepEqual(await tab.texts('.text .tags a'), summary.tags.map(({ name }) => name));
    assert.equal(await tab.page.getAttribute('.whole a', 'href'), summary.episode.url);
    assert.equal(await tab.page.getAttribute('.whole a', 'rel'), 'noopener noreferrer');
    await tab.isSound('a summary');
    const related = await tab.texts('.beside section:last-child .others a');
    assert.deepEqual(related, summary.related.map(({ title }) => title));
    await tab.after(() => tab.page.click('.beside section:last-child .others a'));
    assert.deepEqual(await tab.texts('h1'), related.slice(0, 1));
    await tab.close();
  },

  'who wrote it is said of each': async () => {
    for (const origin of new Set(all.map((it) => it.origin))) {
      const tab = await Tab.open(placeOf(all.find((it) => it.origin === origin)));
      const words = { HUMAN: 'By a person', MODEL: 'By a language model', EXCERPT: 'The beginning of the text itself' }[origin];
      assert.ok((await tab.texts('.beside dd')).includes(words), origin);
      await tab.close();
    }
  },

  'a series leads to the one before and the one behind': async () => {
    const summary = all.find(({ episode }) => episode.previous && episode.next);
    const tab = await Tab.open(placeOf(summary));
    const { number, previous, next, series } = summary.episode;
    assert.match((await tab.texts('.series p'))[0], new RegExp(`${series.title.slice(0, 5)}.* No\\. ${number} `));
    assert.match((await tab.texts('.series [rel=prev]'))[0], new RegExp(`^Previous, No\\. ${previous.number}`));
    await tab.isSound('a summary within a series');
    await tab.after(() => tab.page.click('.series [rel=next]'));
    assert.match((await tab.texts('.series p'))[0], new RegExp(` No\\. ${next.number} `));
    await tab.after(() => tab.page.click('.series [rel=prev]'));
    assert.deepEqual(await tab.texts('h1'), [summary.title]);
    await tab.close();
    return `${previous.number}, ${number}, ${next.number}`;
  },

  'translations lead to each other': async () => {
    const summary = all.find(({ translations }) => translations.length > 0);
    if (!summary) return 'there are none';
    const tab = await Tab.open(placeOf(summary));
    await tab.after(() => tab.page.click('.beside section:nth-child(2) .others a'));
    assert.deepEqual(await tab.texts('h1'), [summary.translations[0].title]);
    await tab.isSound('a translation');
    await tab.close();
  },

  'a summary that is none is missed in words': async () => {
    const tab = await Tab.open('?summary=no-such-summary');
    assert.deepEqual(await tab.texts('h1'), ['There is no such summary']);
    await tab.isSound('a missing summary');
    await tab.after(() => tab.page.click('.trouble a'));
    assert.match(await tab.standing(), /^Showing \d+ of \d+$/);
    await tab.close();
  },
});
