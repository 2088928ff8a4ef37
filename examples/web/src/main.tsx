/** Starts the page, with a client for the API that `vite.config.ts` passes on. */
import { createRoot } from 'react-dom/client';
import { Client, Provider, cacheExchange, fetchExchange } from 'urql';
import { Page } from './page';

const client = new Client({ url: '/graphql', exchanges: [cacheExchange, fetchExchange] });

createRoot(document.querySelector('#root')!).render(
  <Provider value={client}>
    <Page />
  </Provider>,
);
