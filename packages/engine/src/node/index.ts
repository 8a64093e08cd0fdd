/** The adapter for Node.js: files of the local disk. */
export { nodeFiles } from './files.ts';
