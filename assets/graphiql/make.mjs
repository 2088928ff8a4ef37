// Makes graphiql.js, graphiql.css and LICENCES.txt out of the packages that package-lock.json pins.
// `npm ci && npm run make`; the same lock gives the same bytes.
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { metafile } = await build({
  entryPoints: { graphiql: 'start.js' },
  outdir: '.',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none', // all of them stand in LICENCES.txt
  metafile: true,
});

// The style sheet carries 360 kB of fonts. The families that it names next are the system's.
const css = readFileSync('graphiql.css', 'utf8').replace(/@font-face\{[^}]*\}/g, '');
if (css.includes('font/woff')) throw new Error('a font is left in graphiql.css');
writeFileSync('graphiql.css', css);

const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
const folder = (input) => input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
// The packages of one monorepo share its licence; some of them are published without the file.
const shared = { '@graphiql/': 'graphiql', '@radix-ui/': '@radix-ui/react-dialog' };

const notices = new Map();
for (const path of new Set(inputs.map(folder).filter(Boolean))) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const text = licence(path) ?? licence(join('node_modules', sibling(name) ?? name));
  if (!text) console.warn(`${name} is published without a licence text (${license})`);
  const key = text ?? `Published under ${license}, without the text of the licence.`;
  notices.set(key, [...(notices.get(key) ?? []), `${name} ${version} (${license})`]);
}

const sections = [...notices].map(([text, names]) => [names.sort().join('\n'), text]).sort();
const line = '-'.repeat(80);
writeFileSync(
  'LICENCES.txt',
  `graphiql.js and graphiql.css are bundled from these packages.\n\n${line}\n` +
    sections.map(([names, text]) => `${names}\n\n${text}\n\n${line}\n`).join(''),
);

function sibling(name) {
  return Object.entries(shared).find(([scope]) => name.startsWith(scope))?.[1];
}

function licence(path) {
  const file = readdirSync(path).find((name) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(name));
  return file && readFileSync(join(path, file), 'utf8').replace(/\r\n/g, '\n').replace(/[ \t]+$/gm, '').trim();
}
