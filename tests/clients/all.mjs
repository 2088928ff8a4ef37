// Runs the script of every client, even behind one that failed, against one server:
//   npm ci && npm run all http://127.0.0.1:8080/graphql
// Each of them prints a line for each thing that it has shown. Exits with 1 where any fails.
import { spawnSync } from 'node:child_process';
import { url } from './server.mjs';

const clients = ['schema', 'lint', 'validation', 'relay', 'apollo', 'codegen', 'python'];

const failed = clients.filter((client) => {
  const { status } = spawnSync('npm', ['run', '--silent', client, '--', url], { stdio: 'inherit' });
  return status !== 0;
});

console.log(failed.length > 0 ? `FAILED: ${failed.join(', ')}` : `all ${clients.length} pass`);
process.exit(failed.length > 0 ? 1 : 0);
