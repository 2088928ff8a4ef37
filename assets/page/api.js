/** Questions to the GraphQL API, and what went wrong with them, in words. */

const ENDPOINT = new URL('graphql', document.baseURI);
const LONGEST_WAIT_MS = 20_000;

/** An answer that did not come. `message` is for people, and so is `advice`; `code` is the API's, where it has refused. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {string} advice
   * @param {string} [code]
   */
  constructor(message, advice, code) {
    super(message);
    this.advice = advice;
    this.code = code;
  }
}

/**
 * The data that answers a document. By GET, which answers a view that is opened again with 304 as long as nothing
 * has changed, and which keeps the page from ever changing anything.
 * @template Data
 * @param {import('./types').Question<Data>} question
 * @param {Record<string, unknown>} variables
 * @param {AbortSignal} [signal] For who does not wait any longer.
 * @returns {Promise<Data>} Fails with `Trouble`, or with what the signal says.
 */
export async function ask(question, variables, signal) {
  const url = new URL(ENDPOINT);
  url.searchParams.set('query', question.text);
  url.searchParams.set('variables', JSON.stringify(variables));
  let response, answer;
  try {
    const patience = AbortSignal.timeout(LONGEST_WAIT_MS);
    response = await fetch(url, {
      headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    answer = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw response ? unreadable(response) : unreachable(error);
  }
  if (answer.errors?.length || !answer.data) throw refused(response, answer.errors?.[0]);
  return answer.data;
}

/**
 * What it means that nothing came.
 * @param {unknown} error
 */
export function unreachable(error) {
  if (!navigator.onLine) return new Trouble('You are offline', 'Summaries come back when your connection does.');
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new Trouble('No answer yet', 'The server takes very long. Try again in a moment.');
  }
  return new Trouble('The server is out of reach', 'It may be restarting, or the network is in the way.');
}

/** @param {Response} response */
function unreadable({ status }) {
  return new Trouble('That was no answer', `Something between here and the server answered with status ${status}.`);
}

/**
 * @param {Response} response
 * @param {{message: string, extensions?: {code?: string}}} [error]
 */
function refused(response, error) {
  const seconds = Number(response.headers.get('retry-after'));
  const when = seconds > 0 ? `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.` : 'Try again in a moment.';
  const code = error?.extensions?.code;
  switch (code) {
    case 'RATE_LIMITED':
      return new Trouble('That was a lot at once', `The server answers each reader so much a minute. ${when}`);
    case 'UNAVAILABLE':
      return new Trouble('The server is busy', when);
    case 'TIMEOUT':
      return new Trouble('That takes too long', 'Look for less at once, with fewer or rarer words.');
    case 'BAD_USER_INPUT':
      return new Trouble('That can’t be looked for', error?.message ?? '');
    default:
      return new Trouble('The server could not answer', error?.message ?? `Its status was ${response.status}.`, code);
  }
}
