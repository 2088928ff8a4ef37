/** Numbers, dates and languages in words. The page speaks English, in the reader's own time zone. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zone of all days and times: the reader's, or UTC where the browser or the server does not know it. */
export let timeZone = zone;

/** What a reader has to know of the time zone; nothing, where it is theirs. */
export const zoneNote = () => (timeZone === zone ? null : `Days and times are in UTC: ${zone && zone !== 'Etc/Unknown'
  ? `the server does not know your time zone, ${zone}.` : 'your browser tells no time zone.'}`);

const dayFormat = new Intl.DateTimeFormat('en-US', {
  weekday: 'long', month: 'long', day: 'numeric', year: 'numeric', timeZone: 'UTC',
});
/** @type {Record<'instant' | 'time' | 'date', Intl.DateTimeFormat>} */
let formats;

/** @param {string} name */
export function setTimeZone(name) {
  timeZone = name;
  const clock = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', timeZone });
  const calendar = /** @type {const} */ ({ day: 'numeric', month: 'long', year: 'numeric', timeZone });
  formats = {
    instant: new Intl.DateTimeFormat('en-GB', { ...calendar, ...clock }),
    time: new Intl.DateTimeFormat('en-GB', clock),
    date: new Intl.DateTimeFormat('en-GB', calendar),
  };
}
setTimeZone(zone && zone !== 'Etc/Unknown' ? zone : 'UTC');

const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** @param {string} date `2026-05-08` becomes `Friday May 8 2026`. */
export function day(date) {
  const parts = Object.fromEntries(dayFormat.formatToParts(new Date(date)).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.month} ${parts.day} ${parts.year}`;
}

/** @param {string} instant */
export const time = (instant) => formats.time.format(new Date(instant));

/** @param {string} instant */
export const date = (instant) => formats.date.format(new Date(instant));

/** @param {string} instant */
export const dateAndTime = (instant) => formats.instant.format(new Date(instant));

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
