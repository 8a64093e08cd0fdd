import type { UpstreamAddress } from './address.ts';
import type { Policy } from './policy.ts';

/** Fewest running requests for its weight; of equals, each in turn. */
export function leastBusy(): Policy {
  let first = 0;
  return {
    pick(serving, _asker, besides) {
      let chosen: UpstreamAddress | undefined;
      let least = Number.POSITIVE_INFINITY;
      first = first + 1 < serving.length ? first + 1 : 0;
      for (let step = 0; step < serving.length; step++) {
        const at = first + step;
        const address = serving[at < serving.length ? at : at - serving.length] as UpstreamAddress;
        if (address === besides || !address.hasRoom) continue;
        const load = (address.pending + 1) / address.weight;
        if (load < least) {
          least = load;
          chosen = address;
        }
      }
      return chosen;
    },
  };
}
