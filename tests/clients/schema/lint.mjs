// Proves that schema.graphql meets all the rules for schemas that graphql-eslint has, those for Relay among
// them, apart from the ones that are switched off here with a reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import plugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';

const sets = ['schema-recommended', 'schema-all', 'schema-relay'].map((name) => plugin.configs[`flat/${name}`].rules);

const exceptions = {
  // The exporter sorts types by name, and directives behind them; fields stand in the order of their meaning.
  '@graphql-eslint/alphabetize': 'off',
  // The exporter writes a description of one line as "…", and a longer one as """…""".
  '@graphql-eslint/description-style': 'off',
  // A rule for schemas that forbid mutations or subscriptions; this one decides by itself what it has.
  '@graphql-eslint/no-root-type': 'off',
  // A payload holds what was changed. Whoever wants to read more afterwards sends a query.
  '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
  // A list is never null: one without entries is an empty page, and what cannot be listed is an error.
  '@graphql-eslint/require-nullable-result-in-root': 'off',
  // What has an identity implements Node, which demands `id: ID!`. Everything else is a value, and has none.
  '@graphql-eslint/strict-id-in-types': 'off',
  // On, but for what the specification of connections does not ask for: that each node has an identity (a day
  // has none), and that there are no lists without pages (`nodes` and `Summary.tags` are short by nature).
  '@graphql-eslint/relay-edge-types': ['error', { shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
};

const rules = Object.assign({}, ...sets, exceptions);

async function lint(schema) {
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.graphql'],
      languageOptions: { parser: plugin.parser, parserOptions: { schemaSdl: schema } },
      plugins: { '@graphql-eslint': plugin },
      rules,
    },
  });
  const [{ messages }] = await eslint.lintText(schema, { filePath: 'schema.graphql' });
  return messages;
}

const schema = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8');
const findings = await lint(schema);
for (const { line, message, ruleId } of findings) console.error(`schema.graphql:${line}: ${message} (${ruleId})`);
assert.equal(findings.length, 0, 'schema.graphql breaks rules');

// The linter is awake: with this behind the schema, it finds what is wrong. It comes second, as some rules
// remember the first schema that they see.
const wrong = await lint(`${schema}\ntype thing { ID: String }`);
const broken = new Set(wrong.map(({ ruleId }) => ruleId.split('/')[1]));
assert.deepEqual([...broken].sort(), ['naming-convention', 'no-unreachable-types', 'require-description']);

const all = Object.keys(rules);
const active = all.filter((rule) => rules[rule] !== 'off');
console.log(`lint: ${active.length} of the ${all.length} rules of graphql-eslint find nothing in schema.graphql`);
