// Runs every audit of graphql-http (GraphQL over HTTP) against an endpoint:
//   npm ci && npm run audit http://127.0.0.1:8080/graphql
// Exits with 1 where a MUST or a SHOULD does not pass, with 2 where the endpoint cannot be asked.
// A MAY that does not pass is printed and counts for nothing.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
if (!URL.canParse(url)) {
  console.error('usage: node audit.mjs http://HOST:PORT/graphql');
  process.exit(2);
}

let results;
try {
  results = await auditServer({ url });
} catch (error) {
  console.error(`${url} cannot be asked: ${error.cause?.message ?? error.message}`);
  process.exit(2);
}

for (const { id, name, status, reason } of results) {
  console.log(`${status.padEnd(6)} ${id} ${name}${reason ? `: ${reason}` : ''}`);
}

const failed = results.filter(({ status, name }) => status !== 'ok' && /^(MUST|SHOULD)\b/.test(name));
const passed = results.filter(({ status }) => status === 'ok');
console.log(`${passed.length} of ${results.length} pass; MUST or SHOULD and failing: ${failed.length}`);
process.exit(failed.length > 0 || results.length === 0 ? 1 : 0);
