/** The public surface of the engine and nothing else. */
export type * from './contract.ts';
