// Readers who see, hold or steer it differently: dark, a phone, keys alone, no motion, on paper.
import assert from 'node:assert/strict';
import { Tab, ask, show } from './browser.mjs';

const { summaries } = await ask('{ summaries(first: 1, filter: {origins: [HUMAN]}) { nodes { slug } } }');
const places = { list: '', filtered: '?language=en', summary: `?summary=${summaries.nodes[0].slug}`, nothing: '?q=nowordlikethis' };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

const focused = (tab) => tab.page.evaluate(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return { text: document.activeElement.textContent.trim(), name: document.activeElement.localName, id: document.activeElement.id,
    ring: outlineStyle !== 'none' && outlineWidth !== '0px' };
});

await show({
  'dark is dark, and as sound': async () => {
    for (const [name, place] of Object.entries(places)) {
      const tab = await Tab.open(place, { colorScheme: 'dark' });
      const paper = await tab.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.equal(paper, 'rgb(22, 21, 19)');
      await tab.isSound(`${name}, dark`);
      await tab.close();
    }
  },

  'a phone shows all of it, with the rails behind a button': async () => {
    for (const [name, place] of Object.entries(places)) {
      const tab = await Tab.open(place, phone);
      await tab.isSound(`${name} on a phone`);
      await tab.close();
    }
    const tab = await Tab.open('', phone);
    const button = tab.page.locator('.disclose');
    assert.equal(await tab.page.locator('.lists').isVisible(), false);
    await button.tap();
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    await tab.isSound('open rails on a phone');
    await tab.after(() => tab.page.locator('[data-focus^="tag:"]').first().tap());
    assert.equal(await tab.page.locator('.lists').isVisible(), true, 'they stay open');
    assert.match((await tab.texts('.disclose'))[0], /1 on/);
    await tab.close();
  },

  'keys alone reach everything, and one sees where one is': async () => {
    const tab = await Tab.open();
    const seen = [];
    for (let steps = 0; steps < 60; steps += 1) {
      await tab.page.keyboard.press('Tab');
      seen.push(await focused(tab));
    }
    assert.deepEqual(seen.slice(0, 4).map(({ text, id }) => id || text), ['Skip to the summaries', 'Précis', 'q', 'Search']);
    assert.deepEqual(seen.filter(({ ring, name }) => !ring && name !== 'body'), [], 'each has a ring');
    await tab.page.focus('.skip');
    await tab.page.keyboard.press('Enter');
    assert.equal((await focused(tab)).id, 'stage');
    assert.equal(new URL(tab.page.url()).hash, '');

    await tab.page.focus('.rails [data-focus^="tag:"]');
    await tab.after(() => tab.page.keyboard.press('Enter'));
    assert.equal((await tab.texts('.chip')).length, 1);
    await tab.page.focus('.card h3 a');
    await tab.after(() => tab.page.keyboard.press('Enter'));
    assert.equal((await focused(tab)).name, 'h1');
    await tab.page.keyboard.press('Tab');
    assert.notEqual((await focused(tab)).name, 'body');
    await tab.close();
  },

  'what has come is said': async () => {
    const tab = await Tab.open();
    assert.deepEqual(await tab.texts('#announcer'), [await tab.standing()]);
    await tab.after(() => tab.page.click('.rails li a'));
    assert.deepEqual(await tab.texts('#announcer'), [await tab.standing()]);
    await tab.close();
  },

  'nothing moves where that is not wanted': async () => {
    const tab = await Tab.open('', { reducedMotion: 'reduce' });
    assert.equal(await tab.page.evaluate(() => document.getAnimations().length), 0);
    assert.equal(await tab.page.evaluate(() => getComputedStyle(document.querySelector('main')).transitionDuration), '0s');
    await tab.close();
  },

  'paper gets the text, and nothing to press': async () => {
    const tab = await Tab.open(places.summary);
    await tab.page.emulateMedia({ media: 'print' });
    for (const hidden of ['.search', '.foot', '.back']) assert.equal(await tab.page.isVisible(hidden), false, hidden);
    assert.equal(await tab.page.isVisible('h1'), true);
    assert.ok((await tab.page.pdf()).length > 5_000);
    await tab.close();
  },
});
