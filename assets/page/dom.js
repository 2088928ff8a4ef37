/**
 * Elements, made by hand. Whatever comes from the API becomes text or an attribute, never markup: a title
 * `<img onerror=…>` is a title.
 *
 * @typedef {Node | string | number | null | false | undefined} Child What is null or false is left out.
 */

/**
 * @param {string} name
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] What is null or false is left out.
 * @param {(Child | Child[])[]} children
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child != null && child !== false).map(asNode));
  return element;
}

/** @param {Child} child */
const asNode = (child) => (child instanceof Node ? child : String(child));

/**
 * A link out of here; without one, where the address is none of http or https.
 * @param {string | null} url
 * @param {Child[]} children
 */
export function outward(url, ...children) {
  const address = webAddress(url);
  return address ? el('a', { href: address, rel: 'noopener noreferrer' }, ...children) : el('span', {}, ...children);
}

/** @param {string | null} url */
export function webAddress(url) {
  const parsed = url && URL.canParse(url) ? new URL(url) : null;
  return parsed && ['http:', 'https:'].includes(parsed.protocol) ? parsed.href : null;
}

/**
 * The name of something, kept from turning around the text beside it.
 * @param {string} text
 */
export const name = (text) => el('bdi', {}, text);

/**
 * For `lang`: nothing where nobody knows.
 * @param {string} language
 */
export const lang = (language) => (language === 'und' ? null : language);

/**
 * Has screen readers say it, when they are done with what they say.
 * @param {string} words
 */
export function announce(words) {
  const announcer = document.querySelector('#announcer');
  if (announcer) announcer.textContent = words;
}
