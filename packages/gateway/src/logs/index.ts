export type * from './logged-exchange.ts';
export { createLogs } from './logs.ts';
export type * from './types.ts';
export { LOG_LEVELS } from './types.ts';
