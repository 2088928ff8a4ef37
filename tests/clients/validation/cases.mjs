// Documents for every rule of the specification's section 5: on each line one that keeps it or breaks it.
// What graphql-js says of them is the judgement; here stands only which rules have to come up.
export const cases = {
  ExecutableDefinitionsRule: ['{ viewer { name } } type T { a: Int }', 'extend type Query { a: Int } { viewer { name } }'],
  UniqueOperationNamesRule: ['query A { viewer { name } } query A { viewer { name } }', 'query A { viewer { name } } query B { viewer { name } }'],
  LoneAnonymousOperationRule: ['{ viewer { name } } { viewer { name } }', '{ viewer { name } } query A { viewer { name } }'],
  KnownTypeNamesRule: [
    '{ ... on Nothing { name } }', 'query ($v: Nothing) { viewer { name @skip(if: $v) } }',
    '{ viewer { ...F } } fragment F on Nothing { name }', '{ viewer { ... on viewer { name } } }',
  ],
  FragmentsOnCompositeTypesRule: ['{ viewer { ... on String { name } } }', '{ ...F } fragment F on SummaryFilter { text }', '{ ... on SummaryStatus { name } }'],
  VariablesAreInputTypesRule: ['query ($v: Summary) { viewer { name } }', 'query ($v: [Node!]!) { viewer { name } }', 'query Q($v: SummaryFilter) { summaries(filter: $v) { totalCount } }'],
  ScalarLeafsRule: ['{ viewer }', '{ viewer { name { first } } }', '{ summaries }', '{ summaries { nodes } }', '{ summaries { totalCount { a } } }', '{ __typename { a } }', '{ __schema }'],
  FieldsOnCorrectTypeRule: [
    '{ nothing }', '{ viewer { nothing } }', '{ node(id: "x") { title } }', '{ node(id: "x") { ... on Summary { title } } }',
    '{ viewer { __schema { types { name } } } }', '{ viewer { ...F } } fragment F on Viewer { nothing }', '{ summaries { edges { title } } }',
    '{ viewer { __type(name: "Query") { name } } }', '{ node(id: "x") { id __typename } }',
  ],
  UniqueFragmentNamesRule: ['{ ...F } fragment F on Query { viewer { name } } fragment F on Query { viewer { name } }'],
  KnownFragmentNamesRule: ['{ ...Nothing }', '{ viewer { ...Nothing name } }'],
  NoUnusedFragmentsRule: ['{ viewer { name } } fragment F on Viewer { name }', '{ viewer { name } } fragment F on Viewer { ...G } fragment G on Viewer { name }'],
  PossibleFragmentSpreadsRule: [
    '{ viewer { ... on Summary { title } } }', '{ viewer { ...F } } fragment F on Source { name }', '{ viewer { ... on Node { id } } }',
    '{ node(id: "x") { ... on Viewer { name } } }', '{ node(id: "x") { ... on Tag { name } ... on Node { id } } }', '{ source(by: {slug: "a"}) { ... on Node { ... on Tag { name } } } }',
    '{ source(by: {slug: "a"}) { ... on Node { ... on Source { name } } } }',
  ],
  NoFragmentCyclesRule: [
    '{ viewer { ...F } } fragment F on Viewer { ...F }', '{ viewer { ...F } } fragment F on Viewer { ...G name } fragment G on Viewer { name ...F }',
    '{ ...A } fragment A on Query { viewer { name } ... { ...B } } fragment B on Query { ...A }',
  ],
  UniqueVariableNamesRule: ['query ($a: ID!, $a: ID!) { node(id: $a) { id } }', 'query ($a: Int, $a: String) { tags(prefix: $a) { totalCount } }'],
  NoUndefinedVariablesRule: [
    '{ node(id: $a) { id } }', 'query A($a: ID!) { node(id: $a) { id } } query B { node(id: $a) { id } }',
    '{ ...F } fragment F on Query { node(id: $a) { id } }', 'query A($a: ID!) { ...F } fragment F on Query { node(id: $a) { id } }',
    '{ summaries(filter: {and: [{text: $a}]}) { totalCount } }', '{ viewer { name @skip(if: $a) } }', 'query @include(if: $a) { viewer { name } }',
  ],
  NoUnusedVariablesRule: ['query ($a: ID) { viewer { name } }', 'query A($a: Boolean!) { viewer { name } } query B($a: Boolean!) { viewer { name @skip(if: $a) } }'],
  KnownDirectivesRule: [
    '{ viewer @nothing { name } }', 'query @skip(if: true) { viewer { name } }', '{ ...F @include(if: true) } fragment F on Query { viewer { name } }',
    'fragment F on Query @skip(if: true) { viewer { name } } { ...F }', 'query ($a: Boolean! @skip(if: true)) { viewer { name @skip(if: $a) } }', '{ viewer { name @deprecated } }', '{ viewer { name @specifiedBy(url: "a") } }',
    '{ ... @skip(if: false) { viewer { name } } }',
  ],
  UniqueDirectivesPerLocationRule: ['{ viewer @skip(if: true) @skip(if: true) { name } }', '{ viewer @skip(if: true) @include(if: true) { name } }', '{ ... @include(if: true) @include(if: true) { viewer { name } } }'],
  KnownArgumentNamesRule: ['{ viewer(a: 1) { name } }', '{ summaries(fist: 1) { totalCount } }', '{ viewer { name @skip(iff: true, if: true) } }', '{ node(id: "x", a: 1) { id } }'],
  UniqueArgumentNamesRule: ['{ summaries(first: 1, first: 1) { totalCount } }', '{ viewer { name @skip(if: true, if: true) } }'],
  ValuesOfCorrectTypeRule: [
    '{ summaries(first: "1") { totalCount } }', '{ summaries(first: 1.5) { totalCount } }', '{ summaries(first: 1e3) { totalCount } }', '{ summaries(first: 3000000000) { totalCount } }',
    '{ summaries(first: null) { totalCount } }', '{ summaries(first: [1]) { totalCount } }', '{ summaries(first: {}) { totalCount } }', '{ summaries(first: A) { totalCount } }',
    '{ node(id: null) { id } }', '{ node(id: 1) { id } }', '{ node(id: 1.0) { id } }', '{ node(id: true) { id } }', '{ node(id: A) { id } }', '{ node(id: ["a"]) { id } }',
    '{ nodes(ids: "a") { id } }', '{ nodes(ids: ["a", null]) { id } }', '{ nodes(ids: [["a"]]) { id } }', '{ nodes(ids: [1, "a"]) { id } }',
    '{ summaries(filter: {nothing: 1}) { totalCount } }', '{ summaries(filter: "a") { totalCount } }', '{ summaries(filter: [{text: "a"}]) { totalCount } }', '{ summaries(filter: {text: 1}) { totalCount } }', '{ summaries(filter: {and: [1]}) { totalCount } }',
    '{ summaries(filter: {and: {text: "a"}}) { totalCount } }', '{ summaries(filter: {and: null}) { totalCount } }', '{ summaries(filter: {and: [null]}) { totalCount } }', '{ summaries(filter: {statuses: PUBLISHED}) { totalCount } }',
    '{ summaries(filter: {statuses: [Published]}) { totalCount } }', '{ summaries(filter: {statuses: ["PUBLISHED"]}) { totalCount } }', '{ summaries(filter: {primaryOnly: 1}) { totalCount } }',
    '{ source(by: {}) { name } }', '{ source(by: {slug: "a", id: "b"}) { name } }', '{ source(by: {slug: null}) { name } }', '{ source(by: null) { name } }', '{ source(by: {slug: "a"}) { name } }',
    'query ($a: String) { source(by: {slug: $a}) { name } }', 'query ($a: String!) { source(by: {slug: $a}) { name } }', 'query ($a: Int = "x") { summaries(first: $a) { totalCount } }',
    'query ($a: Int = 1.5) { summaries(first: $a) { totalCount } }', 'query ($a: [Int] = 1) { viewer { name @skip(if: $a) } }', '{ viewer { name @skip(if: "true") } }', '{ viewer { name @skip(if: null) } }',
  ],
  ProvidedRequiredArgumentsRule: ['{ node { id } }', '{ nodes { id } }', '{ source { name } }', '{ viewer { name @skip } }', '{ __type { name } }'],
  VariablesInAllowedPositionRule: [
    'query ($a: Int) { node(id: $a) { id } }', 'query ($a: ID) { node(id: $a) { id } }', 'query ($a: ID = "x") { node(id: $a) { id } }', 'query ($a: ID = null) { node(id: $a) { id } }',
    'query ($a: String!) { node(id: $a) { id } }', 'query ($a: ID!) { nodes(ids: $a) { id } }', 'query ($a: [ID]) { nodes(ids: $a) { id } }', 'query ($a: [ID!]!) { nodes(ids: $a) { id } }', 'query ($a: ID) { nodes(ids: [$a]) { id } }',
    'query ($a: Int) { summaries(first: $a) { totalCount } }', 'query ($a: Int!) { summaries(first: $a) { totalCount } }', 'query ($a: Boolean) { viewer { name @skip(if: $a) } }', 'query ($a: Boolean = true) { viewer { name @skip(if: $a) } }',
    'query ($a: String) { ...F } fragment F on Query { summaries(first: $a) { totalCount } }', 'query ($a: SummaryFilter) { summaries(filter: {and: [$a]}) { totalCount } }', 'query ($a: SummaryFilter!) { summaries(filter: {and: [$a]}) { totalCount } }',
    'query ($a: String) { summaries(filter: {text: $a}) { totalCount } }', 'query ($a: Int) { summaries(filter: {text: $a}) { totalCount } }',
  ],
  OverlappingFieldsCanBeMergedRule: [
    '{ viewer { a: name a: scopes } }', '{ summaries(first: 1) { totalCount } summaries(first: 2) { totalCount } }', '{ summaries(first: 1) { totalCount } summaries { totalCount } }', '{ viewer { name } viewer { name: scopes } }',
    '{ viewer { name } ...F } fragment F on Query { viewer { name: scopes } }', '{ node(id: "a") { ... on Source { a: name } ... on Tag { a: slug } } }', '{ node(id: "a") { ... on Source { a: name } ... on Source { a: slug } } }',
    '{ node(id: "a") { ... on Source { a: name } ... on Tag { a: summaryCount } } }', '{ node(id: "a") { ... on Source { a: language } ... on Tag { a: name } } }', '{ node(id: "a") { id ... on Source { id: name } } }',
    '{ summaries(first: 1, after: "a") { totalCount } summaries(after: "a", first: 1) { totalCount } }', '{ summaries(filter: {text: "a"}) { totalCount } summaries(filter: {text: "b"}) { totalCount } }', '{ summaries(filter: {text: "a", and: []}) { totalCount } summaries(filter: {and: [], text: "a"}) { totalCount } }',
    'query ($a: Int, $b: Int) { summaries(first: $a) { totalCount } summaries(first: $b) { totalCount } }', '{ a: __typename a: viewer { name } }', '{ viewer { ...A } } fragment A on Viewer { x: name ...B } fragment B on Viewer { x: scopes }',
  ],
  UniqueInputFieldNamesRule: ['{ summaries(filter: {text: "a", text: "a"}) { totalCount } }', '{ summaries(filter: {and: [{text: "a", text: "b"}]}) { totalCount } }', 'query ($a: SummaryFilter = {text: "a", text: "a"}) { summaries(filter: $a) { totalCount } }'],
};

// Of operations for which there is no root.
export const others = ['mutation { a }', 'subscription { a }', 'subscription { a b }', 'mutation M { a } query Q { viewer { name } }'];
