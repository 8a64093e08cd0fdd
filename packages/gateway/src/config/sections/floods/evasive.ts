/** `floods.evasive`: limits as mod_evasive of Apache has them. */
import { integer, type Table } from '../../field.ts';

export interface EvasiveConfig {
  readonly pageCount: number;
  readonly pageInterval: number;
  readonly siteCount: number;
  readonly siteInterval: number;
  readonly blockingPeriod: number;
}

const requests = integer(0, 1_000_000);
const wholeSeconds = integer(1, 1_000_000);

export const evasive: Table<EvasiveConfig> = {
  pageCount: { type: requests, default: 2, summary: '`DOSPageCount`.' },
  pageInterval: { type: wholeSeconds, default: 1, summary: '`DOSPageInterval`, in seconds.' },
  siteCount: { type: requests, default: 50, summary: '`DOSSiteCount`.' },
  siteInterval: { type: wholeSeconds, default: 1, summary: '`DOSSiteInterval`, in seconds.' },
  blockingPeriod: { type: wholeSeconds, default: 10, summary: '`DOSBlockingPeriod`, in seconds.' },
};
