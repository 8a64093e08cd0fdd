export type * from './logged-exchange.ts';
export { stageTimes, TIMED_STAGES } from './logged-exchange.ts';
export { createLogs } from './logs.ts';
export type * from './types.ts';
export { LOG_LEVELS } from './types.ts';
