// What the scripts share: a browser, tabs that write down what happens in them, and questions to the API itself,
// which the page is held against.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { chromium } from 'playwright-core';

import { asker } from '../clients/ask.mjs';

export const address = process.argv[2]?.replace(/\/?$/, '/');
if (!URL.canParse(address)) {
  console.error(`usage: node ${process.argv[1]} http://HOST:PORT/`);
  process.exit(2);
}

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where all scripts read from: days differ by it. */
export const TIME_ZONE = 'Europe/Berlin';

/** How many summaries of a day the page shows at first. */
export const A_DAY = 5;

/** What the first view may take over the wire, with everything and whatever there is to show. */
export const MOST_BYTES = 28_000;

const browser = await chromium.launch({
  executablePath: process.env.PRECIS_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

/** Before anything else on the page: what moves, and what its policy stops. */
function watch() {
  window.shifted = 0;
  window.violations = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
  }).observe({ type: 'layout-shift', buffered: true });
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
}

/** A tab that writes down what is said in its console, and what it asks. */
export class Tab {
  /** What is there as soon as a view is. */
  static ready = 'main:not([aria-busy]) :is(.standing p, article.summary, .trouble):not([aria-hidden] *)';

  complaints = [];
  questions = [];
  bytes = 0;

  /** Opens a place: `?tag=backend`. Options are those of a context of Playwright. */
  static async open(place = '', options = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 }, locale: 'en-US', timezoneId: TIME_ZONE, ...options,
    });
    const tab = new Tab();
    tab.page = await context.newPage();
    tab.page.on('console', (message) => ['error', 'warning'].includes(message.type()) && tab.complaints.push(message.text()));
    tab.page.on('pageerror', (error) => tab.complaints.push(error.stack));
    tab.page.on('request', (request) => new URL(request.url()).pathname.endsWith('/graphql') && tab.questions.push(request.url()));
    tab.page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) tab.complaints.push(`asked ${request.url()}`);
    });
    const devtools = await context.newCDPSession(tab.page);
    await devtools.send('Network.enable');
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (tab.bytes += encodedDataLength));
    await tab.page.addInitScript(watch);
    if (place !== null) {
      await tab.page.goto(address + place);
      await tab.settled();
    }
    return tab;
  }

  /** Until the view is there. */
  async settled() {
    await this.page.waitForSelector(Tab.ready);
    await this.page.waitForLoadState('networkidle');
  }

  /** Does something that leads to another view, and says what it asked for. */
  async after(deed) {
    const before = this.questions.length;
    const title = await this.page.title();
    const href = this.page.url();
    await deed();
    await this.page.waitForFunction(([was, at]) => document.title !== was || location.href !== at, [title, href]);
    await this.page.waitForTimeout(50);
    await this.settled();
    return this.questions.slice(before);
  }

  /** Texts of elements, as they are read. */
  texts(selector) {
    return this.page.$$eval(selector, (found) => found.map((it) => it.textContent.replace(/\s+/g, ' ').trim()));
  }

  async standing() {
    return (await this.texts('.standing > p'))[0];
  }

  /** Nothing was complained about, stopped by the policy, moved, or wider than the window; axe finds nothing. */
  async isSound(what) {
    const { shifted, violations, width, room } = await this.page.evaluate(() => ({
      shifted: window.shifted, violations: window.violations,
      width: document.documentElement.scrollWidth, room: document.documentElement.clientWidth,
    }));
    assert.deepEqual(this.complaints, [], `${what}: the console`);
    assert.deepEqual(violations, [], `${what}: the policy`);
    assert.equal(shifted, 0, `${what}: layout shift`);
    assert.ok(width <= room, `${what}: ${width} px in ${room}`);
    await this.page.evaluate(AXE);
    const { violations: found } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const faults = found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} (${node.failureSummary})`));
    assert.deepEqual(faults, [], `${what}: axe`);
  }

  close() {
    return this.page.context().close();
  }
}

/** Asks the API behind the page. */
export const ask = asker(`${address}graphql`);

/** “DAY 01 · Friday May 8 2026 · 2 summaries”: the heading of a day of the API's. */
export function heading({ ordinal, date, count }) {
  const [weekday, month, day, year] = ['weekday', 'month', 'day', 'year'].map((part) =>
    new Date(date).toLocaleDateString('en-US', { timeZone: 'UTC', [part]: ['day', 'year'].includes(part) ? 'numeric' : 'long' }));
  const number = String(ordinal).padStart(2, '0');
  return `DAY ${number} · ${weekday} ${month} ${day} ${year} · ${count} ${count === 1 ? 'summary' : 'summaries'}`;
}

/** Runs what is to be shown, one after the other, and ends the process. */
export async function show(things) {
  const script = basename(process.argv[1], '.mjs');
  let failed = 0;
  for (const [what, thing] of Object.entries(things)) {
    try {
      const note = await thing();
      console.log(`${script}: ${what}${note ? ` (${note})` : ''}`);
    } catch (error) {
      failed += 1;
      console.error(`${script}: FAILED: ${what}\n${error.stack}`);
    }
  }
  await browser.close();
  process.exit(failed > 0 ? 1 : 0);
}
