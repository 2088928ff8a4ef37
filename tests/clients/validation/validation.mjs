// Proves that the server accepts and refuses the documents that graphql-js accepts and refuses: some for each
// rule of the specification's section 5, and some thousands at random.
//   PRECIS_VALIDATION_CASES=50000 PRECIS_VALIDATION_SEED=7 npm run validation http://127.0.0.1:8080/graphql
import assert from 'node:assert/strict';
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNullableType,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  parse,
  specifiedRules,
  typeFromAST,
  validate,
} from 'graphql';
import { ask, url } from '../server.mjs';
import { cases, others } from './cases.mjs';
import { Documents, VALUES } from './random.mjs';

const many = Number(process.env.PRECIS_VALIDATION_CASES ?? 3000);
const seed = Number(process.env.PRECIS_VALIDATION_SEED ?? 1);
const schema = buildClientSchema(await ask(getIntrospectionQuery({ oneOf: true, directiveIsRepeatable: true })));

/** Scalars of this schema, as far as it takes to tell their values from others. */
const SCALARS = {
  Date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text),
  DateTime: (text) => /^\d{4}-\d{2}-\d{2}T/.test(text),
  LanguageTag: (text) => /^[a-z]{2}$/.test(text),
  TimeZone: (text) => text === 'UTC',
  URL: (text) => /^https?:/.test(text),
};
for (const [name, holds] of Object.entries(SCALARS)) {
  schema.getType(name).parseLiteral = ({ kind, value }) => {
    if (kind !== 'StringValue' || !holds(value)) throw new GraphQLError(`no ${name}`);
    return value;
  };
}

/** Rules that are no rules of the specification's section 5, or not of its released version. */
const NOT_HELD = new Set(['MaxIntrospectionDepthRule', 'DeferStreamDirectiveLabelRule', 'DeferStreamDirectiveOnRootFieldRule', 'DeferStreamDirectiveOnValidOperationsRule', 'StreamDirectiveOnListFieldRule']);
const rules = specifiedRules.filter(({ name }) => !NOT_HELD.has(name));

/**
 * A variable that is the field of a OneOf input object may not be nullable (section 5.8.5). graphql-js 16.15
 * has that in VariablesInAllowedPositionRule, but passes over objects in places that may not be null.
 */
function VariablesInOneOfRule(context) {
  return {
    OperationDefinition: (node) => {
      for (const { node: usage, parentType } of context.getRecursiveVariableUsages(node)) {
        const declared = node.variableDefinitions?.find(({ variable }) => variable.name.value === usage.name.value);
        if (declared && declared.type.kind !== 'NonNullType' && getNullableType(parentType)?.isOneOf) {
          context.reportError(new GraphQLError(`$${usage.name.value} may be null, and stands in a OneOf input object`));
        }
      }
    },
  };
}

/** What graphql-js has against a document: none, or a message. */
function judged(text, only = rules) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    if (error instanceof GraphQLError) return `syntax: ${error.message}`;
    throw error;
  }
  // Section 5.2.1.1, “Operation Type Existence”, which graphql-js looks at when it executes.
  const rootless = document.definitions.find(({ kind, operation }) => kind === 'OperationDefinition' && !schema.getRootType(operation));
  if (rootless && only === rules) return `there is no ${rootless.operation}`;
  const [error] = validate(schema, document, only === rules ? [...rules, VariablesInOneOfRule] : only, { maxErrors: 1 });
  return error?.message;
}

/** What the server has against it, before it runs anything. Null where it is past a limit: then nothing is said. */
async function refused(text) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: text, ...operation(text) }),
  });
  const { errors = [] } = await response.json();
  const has = (...codes) => errors.find(({ extensions }) => codes.includes(extensions.code))?.message;
  return has('QUERY_TOO_COMPLEX') ? null : has('GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED');
}

/** Which operation is to be run, where there are several, and values for the variables that need some. */
function operation(text) {
  let operations;
  try {
    operations = parse(text).definitions.filter(({ kind }) => kind === 'OperationDefinition');
  } catch {
    return {};
  }
  const chosen = operations.find(({ name }) => name) ?? operations[0];
  const needed = (chosen?.variableDefinitions ?? []).filter(({ type, defaultValue }) => type.kind === 'NonNullType' && !defaultValue);
  const variables = Object.fromEntries(needed.map(({ variable, type }) => [variable.name.value, valueOf(typeFromAST(schema, type))]));
  return { operationName: operations.length > 1 ? chosen.name?.value : undefined, variables };
}

/** A value of an input type. */
function valueOf(type) {
  if (isNonNullType(type)) return valueOf(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => type.isOneOf || isRequiredInputField(field));
    return Object.fromEntries((type.isOneOf ? fields.slice(0, 1) : fields).map((field) => [field.name, valueOf(field.type)]));
  }
  return { Int: 1, Float: 1, Boolean: true, ...VALUES }[type?.name] ?? 'x';
}

const texts = [...Object.values(cases).flat(), ...others];
for (const [name, documents] of Object.entries(cases)) {
  const rule = specifiedRules.find((it) => it.name === name);
  assert.ok(rule, `${name} is a rule of graphql-js`);
  assert.ok(documents.some((text) => judged(text, [rule])), `something breaks ${name}`);
}
const without = rules.map(({ name }) => name).filter((name) => !(name in cases) && name !== 'SingleFieldSubscriptionsRule');
assert.deepEqual(without, [], 'rules without documents');

const random = new Documents(schema, seed);
while (texts.length < many) texts.push(random.document());

const figures = { valid: 0, refused: 0, limited: 0 };
const disagreements = [];
let at = 0;
const worker = async () => {
  while (at < texts.length) {
    const text = texts[at++];
    const [expected, found] = [judged(text), await refused(text)];
    if (found === null) figures.limited += 1;
    else if ((expected === undefined) !== (found === undefined)) disagreements.push({ text, expected, found });
    else if (expected === undefined) figures.valid += 1;
    else figures.refused += 1;
  }
};
await Promise.all(Array.from({ length: 16 }, worker));

for (const { text, expected, found } of disagreements.slice(0, 10)) console.error(`${text}\n  graphql-js: ${expected}\n  the server: ${found}`);
assert.equal(disagreements.length, 0, `${disagreements.length} of ${texts.length} documents are judged otherwise (seed ${seed})`);
console.log(`validation: as graphql-js on ${texts.length} documents: ${figures.valid} valid, ${figures.refused} not; ${figures.limited} past a limit`);
