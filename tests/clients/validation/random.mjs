// Documents at random: first a valid one out of the schema, then, in most of them, one or two things broken,
// each in the way that some rule is about. The same seed makes the same documents.
import { getNamedType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, Kind, parse, print, visit } from 'graphql';

/** Values of this schema's scalars. */
export const VALUES = { Date: '2026-01-01', DateTime: '2026-01-01T00:00:00Z', LanguageTag: 'en', TimeZone: 'UTC', URL: 'https://example.org/' };

/** A generator of numbers in [0, 1) (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export class Documents {
  constructor(schema, seed) {
    this.schema = schema;
    this.next = dice(seed);
    this.types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  }

  below(bound) {
    return Math.floor(this.next() * bound);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  chance(part) {
    return this.next() < part;
  }

  /** The text of a document. */
  document() {
    this.variables = new Map();
    this.fragments = [];
    this.budget = 25;
    const selection = this.selection(this.schema.getQueryType(), 0);
    const declared = [...this.variables.entries()].map(([name, type]) => `$${name}: ${type}`);
    const head = declared.length > 0 ? `query Q(${declared.join(', ')})` : this.one(['query Q', '']);
    let text = `${head} ${selection} ${this.fragments.join(' ')}`;
    for (let many = this.one([0, 1, 1, 1, 2]); many > 0; many -= 1) text = this.broken(text);
    return text;
  }

  selection(type, depth) {
    const items = [];
    for (let many = 1 + this.below(depth < 2 ? 3 : 4); many > 0 && this.budget > 0; many -= 1) {
      this.budget -= 1;
      items.push(this.item(type, depth));
    }
    return `{ ${items.length > 0 ? items.join(' ') : '__typename'} }`;
  }

  item(type, depth) {
    const turn = this.next();
    if (turn < 0.08 && depth < 6) return `... ${this.condition(type)}${this.selection(type, depth + 1)}`;
    if (turn < 0.16 && depth < 6) {
      const on = isAbstractType(type) && this.chance(0.5) ? this.one(this.schema.getPossibleTypes(type)) : type;
      const name = `F${this.fragments.length}`;
      this.fragments.push('');
      this.fragments[name.slice(1)] = `fragment ${name} on ${on.name} ${this.selection(on, depth + 1)}`;
      return `...${name}${this.directive()}`;
    }
    if (isAbstractType(type) && turn < 0.6 && depth < 6) {
      const on = this.one(this.schema.getPossibleTypes(type));
      return `... on ${on.name} ${this.selection(on, depth + 1)}`;
    }
    const field = this.one(Object.values(type.getFields()));
    const below = getNamedType(field.type);
    if (!isLeafType(below) && depth >= 7) return '__typename';
    const alias = this.chance(0.15) ? `a${this.below(4)}: ` : '';
    return `${alias}${field.name}${this.given(field.args)}${this.directive()}${isCompositeType(below) ? ` ${this.selection(below, depth + 1)}` : ''}`;
  }

  condition(type) {
    return this.chance(0.5) ? `on ${type.name} ` : '';
  }

  directive() {
    if (!this.chance(0.08)) return '';
    return ` @${this.one(['skip', 'include'])}(if: ${this.chance(0.5) ? this.variable('Boolean!') : this.chance(0.5)})`;
  }

  given(args) {
    const chosen = args.filter((arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined) || this.chance(0.15));
    if (chosen.length === 0) return '';
    return `(${chosen.map((arg) => `${arg.name}: ${this.value(arg.type, 0)}`).join(', ')})`;
  }

  variable(type) {
    const known = [...this.variables.entries()].filter(([, other]) => other === type);
    if (known.length > 0 && this.chance(0.5)) return `$${known[0][0]}`;
    const name = `v${this.variables.size}`;
    this.variables.set(name, type);
    return `$${name}`;
  }

  value(type, depth) {
    if (this.chance(0.15)) return this.variable(String(type));
    if (isNonNullType(type)) return this.value(type.ofType, depth);
    if (isListType(type)) return this.chance(0.2) ? this.value(type.ofType, depth + 1) : `[${Array.from({ length: this.below(3) }, () => this.value(type.ofType, depth + 1)).join(', ')}]`;
    if (isEnumType(type)) return this.one(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const chosen = type.isOneOf ? [this.one(fields)] : fields.filter((field) => (isNonNullType(field.type) && field.defaultValue === undefined) || this.chance(depth < 3 ? 0.2 : 0.02));
      return `{${chosen.map((field) => `${field.name}: ${this.value(field.type, depth + 1)}`).join(', ')}}`;
    }
    return { Int: '3', Float: '1.5', Boolean: 'true' }[type.name] ?? JSON.stringify(VALUES[type.name] ?? 'x');
  }

  /** The same with one thing broken; or as it is, where there is nothing to break in that way. */
  broken(text) {
    let document;
    try {
      document = parse(text);
    } catch {
      return text;
    }
    const breaks = Object.keys(BREAKS);
    const change = BREAKS[this.one(breaks)];
    const places = [];
    visit(document, { enter: (node) => void (node.kind === change.at && places.push(node)) });
    if (places.length === 0) return text;
    const place = this.one(places);
    let done = false;
    const changed = visit(document, {
      leave: (node) => {
        // Nodes are copied where something below them changed, so that a place is known by what it was.
        if (done || node.loc?.start !== place.loc.start || node.loc?.end !== place.loc.end || node.kind !== change.at) return undefined;
        done = true;
        return change.to(node, this);
      },
    });
    return print(changed);
  }
}

const name = (value) => ({ kind: Kind.NAME, value });
const field = (value, more = {}) => ({ kind: Kind.FIELD, name: name(value), ...more });
const into = (node, more) => ({ ...node, selections: [...node.selections, ...[].concat(more)] });
const OTHERS = ['1', '"a"', 'null', '1.5', '[1]', '{a: 1}', 'A', 'true', '$nothing', '$v0', '[null]', '-7', '12345678901'];
const parsed = (text) => parse(`{ a(b: ${text}) }`).definitions[0].selectionSet.selections[0].arguments[0].value;
const variable = (one, text) => ({ ...one, variableDefinitions: [...(one.variableDefinitions ?? []), ...parse(`query (${text}) { a }`).definitions[0].variableDefinitions] });

const BREAKS = {
  unknownField: { at: Kind.SELECTION_SET, to: (node) => into(node, field('nothing')) },
  otherField: { at: Kind.FIELD, to: (node, by) => ({ ...node, name: name(by.one(['id', 'title', 'nodes', 'name', 'slug', '__typename', 'totalCount'])) }) },
  noSelection: { at: Kind.FIELD, to: (node) => ({ ...node, selectionSet: undefined }) },
  selectionOfLeaf: { at: Kind.FIELD, to: (node, by) => ({ ...node, selectionSet: node.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [field(by.one(['__typename', 'a']))] } }) },
  twice: { at: Kind.SELECTION_SET, to: (node, by) => into(node, by.one(node.selections)) },
  sameKey: { at: Kind.SELECTION_SET, to: (node, by) => ({ ...node, selections: node.selections.map((it) => (it.kind === Kind.FIELD && by.chance(0.7) ? { ...it, alias: name('same') } : it)) }) },
  unknownArgument: { at: Kind.FIELD, to: (node) => ({ ...node, arguments: [...(node.arguments ?? []), { kind: Kind.ARGUMENT, name: name('nothing'), value: parsed('1') }] }) },
  noArguments: { at: Kind.FIELD, to: (node) => ({ ...node, arguments: [] }) },
  argumentTwice: { at: Kind.FIELD, to: (node, by) => ({ ...node, arguments: node.arguments?.length > 0 ? [...node.arguments, by.one(node.arguments)] : node.arguments }) },
  otherValue: { at: Kind.ARGUMENT, to: (node, by) => ({ ...node, value: parsed(by.one(OTHERS)) }) },
  otherFieldValue: { at: Kind.OBJECT_FIELD, to: (node, by) => ({ ...node, value: parsed(by.one(OTHERS)) }) },
  otherFieldName: { at: Kind.OBJECT_FIELD, to: (node, by) => ({ ...node, name: name(by.one(['nothing', 'text', 'and', 'slug', 'id'])) }) },
  fieldTwice: { at: Kind.OBJECT, to: (node, by) => ({ ...node, fields: node.fields.length > 0 ? [...node.fields, by.one(node.fields)] : node.fields }) },
  unknownDirective: { at: Kind.FIELD, to: (node, by) => ({ ...node, directives: parse(`{ a ${by.one(['@nothing', '@skip', '@skip(if: 1)', '@deprecated', '@skip(if: true) @skip(if: true)', '@include(if: $nothing)', '@skip(if: true, a: 1)', '@oneOf'])} }`).definitions[0].selectionSet.selections[0].directives }) },
  operationDirective: { at: Kind.OPERATION_DEFINITION, to: (node) => ({ ...node, directives: parse('{ a @skip(if: true) }').definitions[0].selectionSet.selections[0].directives }) },
  unknownSpread: { at: Kind.SELECTION_SET, to: (node, by) => into(node, { kind: Kind.FRAGMENT_SPREAD, name: name(by.one(['Nothing', 'F0', 'F1', 'F2'])) }) },
  otherCondition: { at: Kind.INLINE_FRAGMENT, to: (node, by) => ({ ...node, typeCondition: { kind: Kind.NAMED_TYPE, name: name(by.one(by.types).name) } }) },
  otherFragment: { at: Kind.FRAGMENT_DEFINITION, to: (node, by) => ({ ...node, typeCondition: { kind: Kind.NAMED_TYPE, name: name(by.one(by.types).name) } }) },
  inlineFragment: { at: Kind.SELECTION_SET, to: (node, by) => into(node, { kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name: name(by.one(by.types).name) }, selectionSet: { kind: Kind.SELECTION_SET, selections: [field('__typename')] } }) },
  unusedFragment: { at: Kind.DOCUMENT, to: (node) => ({ ...node, definitions: [...node.definitions, ...parse('fragment Unused on Query { __typename }').definitions] }) },
  fragmentTwice: { at: Kind.DOCUMENT, to: (node, by) => ({ ...node, definitions: [...node.definitions, by.one(node.definitions)] }) },
  otherOperation: { at: Kind.DOCUMENT, to: (node, by) => ({ ...node, definitions: [...node.definitions, ...parse(by.one(['{ __typename }', 'query Q { __typename }', 'query R { __typename }', 'query R { viewer { name @skip(if: $v0) } }', 'mutation { a }', 'subscription S { a }', 'type T { a: Int }'])).definitions] }) },
  unusedVariable: { at: Kind.OPERATION_DEFINITION, to: (node, by) => variable(node, by.one(['$unused: Int', '$unused: Summary', '$unused: Nothing', '$unused: [Int!]! = [1]'])) },
  variableTwice: { at: Kind.OPERATION_DEFINITION, to: (node) => ({ ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...(node.variableDefinitions ?? []).slice(0, 1)] }) },
  noVariables: { at: Kind.OPERATION_DEFINITION, to: (node) => ({ ...node, variableDefinitions: [] }) },
  otherVariable: { at: Kind.VARIABLE_DEFINITION, to: (node, by) => ({ ...node, type: parse(`query ($a: ${by.one(['Int', 'Int!', 'String', 'ID!', '[ID!]', 'Boolean', 'SummaryFilter', 'Source', 'Nothing'])}) { a }`).definitions[0].variableDefinitions[0].type }) },
  defaultValue: { at: Kind.VARIABLE_DEFINITION, to: (node, by) => ({ ...node, defaultValue: parsed(by.one(OTHERS.filter((it) => !it.startsWith('$')))) }) },
};
