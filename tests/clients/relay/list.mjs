// A list on the screen of a Relay application, without React: the calls that `useLazyLoadQuery`,
// `usePaginationFragment` and its `loadNext` and `loadPrevious` make, in their order.
import runtime from 'relay-runtime';

const { createOperationDescriptor, fetchQuery, getSelector } = runtime;
const { getPaginationMetadata, getPaginationVariables, getRefetchMetadata } = runtime;

/** Sends a query, keeps what it brought from being collected, and returns it as the store has it. */
export async function load(environment, query, variables = {}) {
  const operation = createOperationDescriptor(query, variables);
  environment.retain(operation);
  await fetchQuery(environment, query, variables, { fetchPolicy: 'network-only' }).toPromise();
  return environment.lookup(operation.fragment).data;
}

/** What a fragment reads from the store. */
export function read(environment, fragment, reference) {
  const { data, isMissingData } = environment.lookup(getSelector(fragment, reference));
  if (isMissingData) throw new Error(`the store lacks data for ${fragment.name}`);
  return data;
}

/** A connection of the store that grows by pages on either side. */
export class List {
  pages = 1;

  constructor(environment, fragment, reference) {
    Object.assign(this, { environment, fragment, reference });
  }

  get connection() {
    const [field] = getPaginationMetadata(this.fragment, this.fragment.name).connectionPathInFragmentData;
    return read(this.environment, this.fragment, this.reference)[field];
  }

  get ids() {
    return this.connection.edges.map(({ node }) => node.id);
  }

  async loadNext(count) {
    await this.#loadMore('forward', count, this.connection.pageInfo.endCursor);
  }

  async loadPrevious(count) {
    await this.#loadMore('backward', count, this.connection.pageInfo.startCursor);
  }

  async loadToTheEnd(count) {
    while (this.connection.pageInfo.hasNextPage) await this.loadNext(count);
  }

  async loadToTheBeginning(count) {
    while (this.connection.pageInfo.hasPreviousPage) await this.loadPrevious(count);
  }

  async #loadMore(direction, count, cursor) {
    const { environment, fragment, reference } = this;
    const { paginationRequest, paginationMetadata } = getPaginationMetadata(fragment, fragment.name);
    const { identifierInfo } = getRefetchMetadata(fragment, fragment.name);
    const { owner, variables } = getSelector(fragment, reference);
    const base = { ...owner.variables, ...variables };
    const next = getPaginationVariables(direction, count, cursor, base, {}, paginationMetadata);
    if (identifierInfo) {
      const { identifierField, identifierQueryVariableName } = identifierInfo;
      next[identifierQueryVariableName] = read(environment, fragment, reference)[identifierField];
    }
    const known = this.ids.length;
    const force = { fetchPolicy: 'network-only', networkCacheConfig: { force: true } };
    await fetchQuery(environment, paginationRequest, next, force).toPromise();
    // A page that overlaps what is known would be merged without a word, and shows in its being short.
    const { hasNextPage, hasPreviousPage } = this.connection.pageInfo;
    const more = direction === 'forward' ? hasNextPage : hasPreviousPage;
    const brought = this.ids.length - known;
    if (brought === 0 || (brought < count && more)) {
      throw new Error(`${fragment.name}: a page of ${brought} new entries ${direction}`);
    }
    this.pages += 1;
  }
}
