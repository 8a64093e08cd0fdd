import type { UpstreamAddress } from './address.ts';
import type { Asker } from './asker.ts';

/** Chooses among addresses in service. */
export interface Policy {
  /** One with room, and not `besides`; undefined when there is none. */
  pick(
    serving: readonly UpstreamAddress[],
    asker: Asker,
    besides: UpstreamAddress | undefined,
  ): UpstreamAddress | undefined;
  /** The addresses of the upstream are others now, in service or not. */
  arrange?(all: readonly UpstreamAddress[]): void;
}
