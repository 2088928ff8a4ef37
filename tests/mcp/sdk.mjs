// The SDK for TypeScript, over HTTP and over standard streams.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { run } from './task.mjs';

async function through(transport, expected) {
  const client = new Client({ name: 'precis-tests', version: '1.0.0' });
  await client.connect(transport);
  const done = await run(
    {
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args) => {
        const { content, isError = false } = await client.callTool({ name, arguments: args });
        return { text: content[0].text, isError };
      },
    },
    expected,
  );
  await client.close();
  return done;
}

export async function sdk(url, [command, ...args], expected) {
  console.log('SDK over HTTP:', await through(new StreamableHTTPClientTransport(new URL('/mcp', url)), expected));
  console.log('SDK over stdio:', await through(new StdioClientTransport({ command, args }), expected));
}
