// More content than a first view can hold: what `make-many.mjs` writes, imported and served.
//   node make-many.mjs > many.jsonl
//   precis import --database-url sqlite://many.db?mode=rwc many.jsonl
//   precis serve --database-url sqlite://many.db --no-worker --rate-limit off
//   npm run many http://127.0.0.1:8080/
import assert from 'node:assert/strict';
import { A_DAY, MOST_BYTES, Tab, show } from './browser.mjs';

const MOST_CARDS = 20;

await show({
  'a first view is small, whatever there is to show': async () => {
    const notes = [];
    for (const place of ['', '?language=en', '?language=ru', '?language=el', '?language=zh']) {
      const tab = await Tab.open(place);
      const cards = (await tab.texts('.card')).length;
      assert.ok(cards > 0 && cards <= MOST_CARDS, `${place}: ${cards} cards`);
      assert.ok(tab.bytes <= MOST_BYTES, `${place}: ${tab.bytes} bytes`);
      assert.equal(tab.questions.length, 1);
      await tab.isSound(place);
      notes.push(`${tab.bytes} bytes for ${cards} cards`);
      await tab.close();
    }
    return notes.join(', ');
  },

  'the rest of a day comes, also where another day has come meanwhile': async () => {
    const tab = await Tab.open(null);
    // As it was before there was anything of the newest day.
    await tab.page.route('**/graphql?*', async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      const newest = answer.data.summaryDays.nodes.shift();
      answer.data.summaryDays.summaryCount -= newest.count;
      await route.fulfill({ response, json: answer });
    }, { times: 1 });
    await tab.page.goto(process.argv[2]);
    await tab.settled();
    const [day] = await tab.texts('.day h2');
    const count = Number(/(\d+) summaries$/.exec(day)[1]);
    assert.equal((await tab.texts('.day:first-child .card')).length, A_DAY);
    await tab.page.click('.rest >> nth=0');
    await tab.page.waitForFunction(() => !document.querySelector('.day:first-child .rest'));
    const titles = await tab.texts('.day:first-child .card h3');
    assert.equal(titles.length, count, day);
    assert.equal(new Set(titles).size, count, 'none twice');
    await tab.isSound('the rest of a day');
    await tab.close();
    return `${count} summaries`;
  },
});
