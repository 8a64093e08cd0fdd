import type { UpstreamAddress } from './address.ts';
import type { Policy } from './policy.ts';

/**
 * Smooth weighted round robin: each turn everybody gains its weight, the richest is chosen and pays the sum. Weights 5, 1, 1
 * give a a b a c a a, and never five in a row.
 */
export const roundRobin: Policy = {
  pick(serving, _asker, besides) {
    let chosen: UpstreamAddress | undefined;
    let sum = 0;
    for (const address of serving) {
      if (address === besides || !address.hasRoom) continue;
      sum += address.weight;
      address.turn += address.weight;
      if (chosen === undefined || address.turn > chosen.turn) chosen = address;
    }
    if (chosen !== undefined) chosen.turn -= sum;
    return chosen;
  },
};
