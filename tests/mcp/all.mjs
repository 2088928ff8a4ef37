// Runs every client against a server, and against one that it starts itself over the same content:
//   npm ci && npm run all -- http://127.0.0.1:8080/ precis mcp --database-url sqlite://precis.db
// Each prints a line for each way that it went. Exits with 1 where any fails.
import { spawnSync } from 'node:child_process';

import { inspector } from './inspector.mjs';
import { sdk } from './sdk.mjs';
import { expectedIds } from './task.mjs';

const [url, ...command] = process.argv.slice(2);
if (!URL.canParse(url) || command.length === 0) {
  console.error(`usage: node ${process.argv[1]} http://HOST:PORT/ COMMAND [ARGUMENT…]`);
  process.exit(2);
}

const ids = await expectedIds(url);
const failed = [];
for (const client of [sdk, inspector]) {
  try {
    await client(url, command, ids);
  } catch (error) {
    console.error(error);
    failed.push(client.name);
  }
}
const [runner, folder] = ['../python.sh', 'python'].map((path) => new URL(path, import.meta.url).pathname);
const { status } = spawnSync(runner, [folder, new URL('/mcp', url).href, ids.join(','), ...command], { stdio: 'inherit' });
if (status !== 0) failed.push('python');

console.log(failed.length > 0 ? `FAILED: ${failed.join(', ')}` : 'all of them pass');
process.exit(failed.length > 0 ? 1 : 0);
