/** What is shown where there is nothing else to show. */

import { Trouble } from '../api.js';
import { el } from '../dom.js';

/**
 * @typedef {object} View What fills the page.
 * @property {HTMLElement} node
 * @property {string} title For the window.
 * @property {string} words For screen readers, when it has come.
 */

/**
 * @param {string} heading
 * @param {string} text
 * @param {HTMLElement} [way] Onwards.
 */
export function notice(heading, text, way) {
  return el('div', { class: 'notice' }, el('h2', {}, heading), el('p', { dir: 'auto' }, text), way);
}

/**
 * A view that could not be had.
 * @param {unknown} error
 * @param {() => void} retry
 * @returns {View}
 */
export function troubleView(error, retry) {
  if (!(error instanceof Trouble)) console.error(error);
  const { message, advice } = error instanceof Trouble
    ? error
    : { message: 'That went wrong', advice: 'A fault of this page; its console has more.' };
  const again = el('button', { type: 'button', class: 'button' }, 'Try again');
  again.addEventListener('click', retry);
  return standing(message, advice, again, el('a', { href: './', class: 'button' }, 'All summaries'));
}

/** @returns {View} */
export function missing() {
  return standing('There is no such summary', 'It may have been taken back, or the address is not complete.',
    el('a', { href: './', class: 'button' }, 'All summaries'));
}

/**
 * @param {string} message
 * @param {string} advice
 * @param {HTMLElement[]} ways
 * @returns {View}
 */
function standing(message, advice, ...ways) {
  const node = el('div', { class: 'trouble' },
    el('h1', { tabindex: -1 }, message), el('p', { dir: 'auto' }, advice), el('p', { class: 'ways' }, ways));
  return { node, title: message, words: `${message}. ${advice}` };
}
