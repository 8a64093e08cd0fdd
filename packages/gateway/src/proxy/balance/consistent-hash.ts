/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016): every address stands at many points of a ring,
 * a key belongs to the next point. An address that goes takes only its own keys away; one that has much more to do than its
 * share is passed over.
 */
import { headerOf } from '../../listener/strict-http.ts';
import type { UpstreamAddress } from './address.ts';
import type { Asker } from './asker.ts';
import { cookieOf } from './cookie.ts';
import type { Policy } from './policy.ts';

/** Points on the ring for the heaviest address; enough for shares within some percent of what they should be. */
const POINTS = 160;
/** Running requests over the average that an address may have. */
const BOUND = 1.25;

export function consistentHash(hashBy: string): Policy {
  const keyOf = keyReader(hashBy);
  let points = new Uint32Array(0);
  let owners: UpstreamAddress[] = [];
  return {
    arrange(all) {
      const heaviest = Math.max(...all.map(({ place }) => place.weight));
      const ring = all.flatMap((address) => {
        const length = Math.ceil((POINTS * address.place.weight) / heaviest);
        return Array.from({ length }, (_, at) => ({ point: hash32(`${address.url}#${at}`), address }));
      });
      ring.sort((a, b) => a.point - b.point);
      points = Uint32Array.from(ring, ({ point }) => point);
      owners = ring.map(({ address }) => address);
    },
    pick(serving, asker, besides) {
      let running = 1;
      let weights = 0;
      for (const address of serving) {
        running += address.pending;
        weights += address.weight;
      }
      const start = indexOf(points, hash32(keyOf(asker)));
      let fallback: UpstreamAddress | undefined;
      for (let step = 0; step < owners.length; step++) {
        const at = start + step;
        const address = owners[at < owners.length ? at : at - owners.length] as UpstreamAddress;
        if (!address.isServing || address === besides || !address.hasRoom) continue;
        if (address.pending + 1 <= Math.ceil((BOUND * running * address.weight) / weights)) return address;
        fallback ??= address;
      }
      return fallback;
    },
  };
}

function keyReader(hashBy: string): (asker: Asker) => string {
  const colon = hashBy.indexOf(':');
  const name = hashBy.slice(colon + 1);
  if (hashBy === 'uri') return ({ head }) => head.target?.pathAndQuery ?? '/';
  if (hashBy.startsWith('header:')) {
    const lower = name.toLowerCase();
    return ({ head, client }) => headerOf(head, lower) ?? client.address;
  }
  if (hashBy.startsWith('cookie:')) return ({ head, client }) => cookieOf(head, name) ?? client.address;
  return ({ client }) => client.address;
}

/** The first point at or behind `wanted`. */
function indexOf(points: Uint32Array, wanted: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low === points.length ? 0 : low;
}

/** FNV-1a, stirred at the end as MurmurHash3 does: texts that differ in their last byte end up far apart. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
