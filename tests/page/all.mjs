// Runs every script against one server, except for `odd` and `many`, which want content of their own, and `web`, which
// looks at another page:
//   npm ci && npm run all http://127.0.0.1:8080/
// Each of them prints a line for each thing that it has shown. Exits with 1 where any fails.
import { spawnSync } from 'node:child_process';
import { address } from './browser.mjs';

const scripts = ['types', 'first-view', 'filters', 'reading', 'readers', 'trouble'];

const failed = scripts.filter((script) => {
  // The types of the page's own files have no address.
  const place = script === 'types' ? [] : ['--', address];
  const { status } = spawnSync('npm', ['run', '--silent', script, ...place], { stdio: 'inherit' });
  return status !== 0;
});

console.log(failed.length > 0 ? `FAILED: ${failed.join(', ')}` : `all ${scripts.length} pass`);
process.exit(failed.length > 0 ? 1 : 0);
