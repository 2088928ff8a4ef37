import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The API is passed on under the page's own origin, so that the server need allow no other (`--cors-origins`). */
const proxy = { '/graphql': process.env.PRECIS_URL ?? 'http://127.0.0.1:8080' };

export default defineConfig({ plugins: [react()], server: { proxy }, preview: { proxy } });
