export { MatchBudget, type MatchLimits } from './budget.ts';
export { RegexCache } from './cache.ts';
export type { JointDfa } from './joint-dfa.ts';
export type { RegexOptions } from './options.ts';
export { compileRegex, type Regex } from './regex.ts';
export { StateMemory, type StateMemoryLimits } from './state-memory.ts';
export { RegexSyntaxError } from './syntax-error.ts';
export type * from './tree.ts';
