// Proves that graphql-codegen makes types of what the server tells of itself, that TypeScript takes them
// under --strict, and that what the server answers is as typed: it generates, compiles and runs program.mts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { url } from '../server.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await generate({
  silent: true,
  schema: { [url]: { oneOf: true } },
  documents: here('operations.graphql'),
  generates: {
    [here('__generated__/')]: {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        defaultScalarType: 'string', // as every scalar of this API travels
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
});

for (const command of [
  [here('../node_modules/typescript/bin/tsc'), '--project', here('.')],
  [here('__generated__/out/program.mjs'), url],
]) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
