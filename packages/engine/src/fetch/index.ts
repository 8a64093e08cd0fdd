/** The adapter for everything that answers a `Request` with a `Response`: Hono, Next, Deno, Bun, edge runtimes. */
export type { Decision } from '../adapter/decision.ts';
export type { ProtectOptions } from '../adapter/options.ts';
export type { BlockedPage } from '../adapter/page.ts';
export { type FetchHandler, type FetchProtectOptions, protectFetch } from './protect-fetch.ts';
