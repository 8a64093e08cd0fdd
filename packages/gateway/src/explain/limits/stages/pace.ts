import type { Whereabouts } from '../../../config/where.ts';
import type { PaceLimit } from '../../../listener/slow-clients/pace.ts';
import type { BiteWords } from '../bite.ts';
import type { Limit, Upload } from '../limit.ts';
import { timeText } from '../quantities.ts';

/** A limit of time that bytes make longer. `name`: its key; `from`: where it is written; `effect`: what happens beyond it. */
export function pace(name: string, { time, minimumRate, maximum }: PaceLimit, from: string, effect: string): Limit {
  const rate = minimumRate === 0 ? '' : `, longer at ${minimumRate} B/s`;
  const value =
    time === 0 && maximum === 0
      ? 'no limit'
      : `${timeText(time)}${rate}${maximum === 0 ? '' : `, ${timeText(maximum)} at most`}`;
  return { stage: 'limits', name, value, from, effect };
}

/** When a steady upload runs out of time. */
export function paceBite({ time, minimumRate, maximum }: PaceLimit, upload: Upload | undefined): BiteWords | undefined {
  if (upload === undefined) return undefined;
  const share = minimumRate === 0 ? 0 : upload.rate / minimumRate;
  const ofRate = time > 0 && share < 1 ? time / (1 - share) : Number.POSITIVE_INFINITY;
  const end = Math.min(ofRate, maximum > 0 ? maximum : Number.POSITIVE_INFINITY);
  return (upload.size / upload.rate) * 1000 > end ? [end / 1000, '408'] : undefined;
}

/** Whichever of the three numbers is written. */
export function originOfPace(where: Whereabouts, stage: string): string {
  const places = ['time', 'maximum', 'minimumRate'].map((key) => where.find(['slowClients', stage, key]));
  return places.find((place) => place !== undefined) ?? 'default';
}
