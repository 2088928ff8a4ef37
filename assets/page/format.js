/** Numbers, dates and languages in words. The page speaks English, in the reader's own time zone. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The reader's time zone, as the API takes it. Browsers that know none say so in words of their own. */
export const TIME_ZONE = zone && zone !== 'Etc/Unknown' ? zone : 'UTC';

const dayFormat = new Intl.DateTimeFormat('en-US', {
  weekday: 'long', month: 'long', day: 'numeric', year: 'numeric', timeZone: 'UTC',
});
const instantFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: TIME_ZONE,
});
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: TIME_ZONE });
const dateFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: TIME_ZONE });
const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** @param {string} date `2026-05-08` becomes `Friday May 8 2026`. */
export function day(date) {
  const parts = Object.fromEntries(dayFormat.formatToParts(new Date(date)).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.month} ${parts.day} ${parts.year}`;
}

/** @param {string} instant */
export const time = (instant) => timeFormat.format(new Date(instant));

/** @param {string} instant */
export const date = (instant) => dateFormat.format(new Date(instant));

/** @param {string} instant */
export const dateAndTime = (instant) => instantFormat.format(new Date(instant));

/** @param {number} number */
export const count = (number) => number.toLocaleString('en');

/** @param {number} number */
export const summaries = (number) => `${count(number)} ${number === 1 ? 'summary' : 'summaries'}`;

/** @param {number} seconds */
export function duration(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {string} tag */
export function language(tag) {
  if (tag === 'und') return 'Language unknown';
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
