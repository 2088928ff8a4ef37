// A plain request to a server, which no client library has a hand in.
import assert from 'node:assert/strict';

/** Who asks the API at this address: sends a document, and returns its data. An error within the answer is a failure. */
export const asker = (url) => async (query, variables = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
};
