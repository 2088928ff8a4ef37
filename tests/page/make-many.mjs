// Writes more content than a first view could hold, as JSON lines for `precis import`: long texts in four scripts, with two
// dozen summaries of many sources, categories and tags on each day. Words are made up of random syllables, which pack
// no better than what people write.
//   node make-many.mjs > many.jsonl
const DAYS = 5;
const A_DAY = 24;

/** Mulberry32: the same content each time. */
let state = 20_260_508;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}

const pick = (from) => from[random(from.length)];
const several = (number, make) => Array.from({ length: number }, make);

const ALPHABETS = {
  en: ['bcdfghklmnprstvw', 'aeiouy'],
  ru: ['бвгдзклмнпрстх', 'аеиоуы'],
  el: ['βγδθκλμνπρστφ', 'αειουω'],
};

/** A word of one to three syllables; two ideographs of the thousand most common code points, where there is no alphabet. */
function word(language) {
  if (language === 'zh') return String.fromCodePoint(0x4e00 + random(1000), 0x4e00 + random(1000));
  return several(1 + random(3), () => ALPHABETS[language].map(pick).join('')).join('');
}

function text(language, length) {
  const gap = language === 'zh' ? '' : ' ';
  let words = word(language);
  while (words.length < length) words += gap + word(language);
  return words[0].toUpperCase() + words.slice(1);
}

const names = (number, language, length) => several(number, () => text(language, length));
const languages = [...Object.keys(ALPHABETS), 'zh'];
const sources = names(40, 'en', 14);
const categories = names(20, 'en', 12);
const tags = names(60, 'en', 7);

for (let day = 1; day <= DAYS; day += 1) {
  for (let index = 0; index < A_DAY; index += 1) {
    const language = languages[index % languages.length];
    // An ideograph says as much as three or four letters.
    const [short, long] = language === 'zh' ? [20, 110] : [64, 400];
    const title = text(language, short);
    console.log(JSON.stringify({
      source: { name: pick(sources) },
      episode: { title, guid: `${day}-${index}`, published_at: `2026-05-0${day}T12:${10 + index}:00Z` },
      summary: { language, title, tldr: text(language, long), category: pick(categories), tags: several(4, () => pick(tags)), origin: 'HUMAN' },
    }));
  }
}
