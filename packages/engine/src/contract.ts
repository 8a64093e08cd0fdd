/**
 * The public surface as types: what a program hands to the engine and what it gets back. `waf.ts` and `transaction/`
 * implement it. All text that comes from the network or from rule files is a byte string (char codes 0-255).
 */
export type * from './contract/exchange-heads.ts';
export type * from './contract/interruption.ts';
export type * from './contract/measurement.ts';
export type * from './contract/messages.ts';
export type * from './contract/record.ts';
export type * from './contract/rule-match.ts';
export type * from './contract/settings.ts';
export type * from './contract/transaction.ts';
export type * from './contract/waf.ts';
export type * from './contract/waf-options.ts';
