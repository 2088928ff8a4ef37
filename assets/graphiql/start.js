// The page at /graphiql: GraphiQL over the endpoint beside it. `make.mjs` bundles this file.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import './start.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const defaultQuery = `# Ctrl-Enter runs this query.
# The schema is behind the book at the left.
{
  summaries(first: 5) {
    nodes {
      title
      tldr
      publishedAt
      source { name }
      tags { slug }
    }
  }
}
`;

// Relative, so that the page works below any path of a reverse proxy.
const fetcher = createGraphiQLFetcher({ url: new URL('graphql', document.baseURI).href });

createRoot(document.getElementById('graphiql')).render(createElement(GraphiQL, { fetcher, defaultQuery }));
