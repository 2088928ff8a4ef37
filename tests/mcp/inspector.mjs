// The Inspector's command line: a process for each call.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { run } from './task.mjs';

const root = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json'));
const program = join(root, 'clients/launcher/build/index.js');

const inspect = (home, target, args) =>
  new Promise((resolve, reject) => {
    const environment = { ...process.env, HOME: home };
    execFile(process.execPath, [program, '--cli', ...target, ...args], { env: environment }, (error, out, complaints) => {
      try {
        resolve(JSON.parse(out));
      } catch {
        reject(new Error(`${error ?? 'no JSON'}\n${out}\n${complaints}`));
      }
    });
  });

async function through(target, expected) {
  const home = mkdtempSync(join(tmpdir(), 'precis-inspector-')); // it keeps files there
  try {
    return await run(
      {
        tools: async () => {
          const { tools } = await inspect(home, target, ['--method', 'tools/list']);
          return tools.map(({ name }) => name);
        },
        call: async (name, args) => {
          const pairs = Object.entries(args).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
          const call = ['--method', 'tools/call', '--tool-name', name, '--tool-arg', ...pairs];
          const { content, isError = false } = await inspect(home, target, call);
          return { text: content[0].text, isError };
        },
      },
      expected,
    );
  } finally {
    rmSync(home, { recursive: true });
  }
}

export async function inspector(url, _command, expected) {
  console.log('Inspector over HTTP:', await through([new URL('/mcp', url).href, '--transport', 'http'], expected));
}
