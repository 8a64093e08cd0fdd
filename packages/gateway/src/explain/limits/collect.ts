import type { Limit } from './limit.ts';
import { limitsOfBody } from './stages/body.ts';
import { limitsOfConnection } from './stages/connection.ts';
import { limitsOfFloods } from './stages/floods.ts';
import { limitsOfHead } from './stages/head.ts';
import { limitsOfLogins } from './stages/logins.ts';
import { limitsOfProcess } from './stages/process.ts';
import { limitsOfRules } from './stages/rules.ts';
import { limitsOfUpstream } from './stages/upstream.ts';
import type { Surroundings } from './surroundings.ts';

/** Every limit a request meets, in the order it meets them. */
export function collectLimits(about: Surroundings): readonly Limit[] {
  return [
    ...limitsOfConnection(about),
    ...limitsOfHead(about),
    ...limitsOfFloods(about),
    ...limitsOfLogins(about),
    ...limitsOfBody(about),
    ...limitsOfRules(about),
    ...limitsOfUpstream(about),
    ...limitsOfProcess(about),
  ];
}
