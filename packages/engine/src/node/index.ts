/** The adapter for Node.js: files of the local disk, DNS. */
export { nodeFiles } from './files.ts';
export { createNodeResolver } from './resolver.ts';
