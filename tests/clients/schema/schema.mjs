// Proves with graphql-js, the reference implementation, that schema.graphql is valid, and that what the
// server tells of itself by introspection is the very same schema, descriptions and all.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { ask } from '../server.mjs';

const written = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
assert.deepEqual(validateSchema(written), []);

// Everything that can be asked for, but for the description of the schema itself: there async-graphql gives
// a text of its own, which it leaves out where it writes the schema down.
const everything = { specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true, oneOf: true };
const served = buildClientSchema(await ask(getIntrospectionQuery(everything)));
assert.deepEqual(validateSchema(served), []);

const [expected, found] = [written, served].map((schema) => printSchema(lexicographicSortSchema(schema)).split('\n'));
let at = 0;
while (at < expected.length && found[at] === expected[at]) at += 1;
assert.deepEqual(found.slice(at, at + 10), expected.slice(at, at + 10), 'what is served is not what is written');
assert.equal(found.length, expected.length);

const types = Object.keys(served.getTypeMap()).filter((name) => !name.startsWith('__'));
console.log(`schema: valid, and served as it is written: ${types.length} types, ${found.length} lines`);
