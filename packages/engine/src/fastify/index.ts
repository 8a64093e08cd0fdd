/** The adapter for Fastify. */
export type { Decision } from '../adapter/decision.ts';
export type { ProtectOptions } from '../adapter/options.ts';
export type { BlockedPage } from '../adapter/page.ts';
export { type FastifyHooks, type FastifyReplyShape, type FastifyRequestShape, protectFastify } from './plugin.ts';
