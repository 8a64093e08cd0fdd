/** The adapter for Node.js: middleware for its servers, files of the local disk, DNS, uploads, programs. */
export type { Decision } from '../adapter/decision.ts';
export type { ProtectOptions } from '../adapter/options.ts';
export type { BlockedPage } from '../adapter/page.ts';
export { nodeFiles } from './files.ts';
export { createNodePrograms, type ProgramOptions } from './programs.ts';
export { guard, type KoaContext, type Middleware, protect, protectKoa } from './protect.ts';
export { createNodeResolver } from './resolver.ts';
export { nodeUploads } from './uploads.ts';
