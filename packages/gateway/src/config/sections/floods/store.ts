/** `floods.store`: where requests are counted. */
import { checkStoreUrl } from '../../checks.ts';
import { choice, duration, type Table, text } from '../../field.ts';

export interface FloodStoreConfig {
  readonly url?: string;
  readonly prefix: string;
  readonly timeout: number;
  readonly whenAway: 'local' | 'pass' | 'refuse';
}

export const store: Table<FloodStoreConfig> = {
  url: {
    type: text('`redis://`, `rediss://` or `unix://` address', checkStoreUrl),
    isOptional: true,
    summary: 'Redis or Valkey server to count in, for several machines. Without it every machine counts for itself.',
  },
  prefix: {
    type: text(),
    default: 'sallyport:flood:',
    summary: 'What keys begin with. Gates with the same prefix count together.',
  },
  timeout: {
    type: duration(),
    default: 50,
    summary: 'How long a request may wait for it; after that the store counts as away.',
  },
  whenAway: {
    type: choice('local', 'pass', 'refuse'),
    default: 'local',
    summary:
      'While it is away: count on this machine from nothing, let everything through, or refuse everything with 503.',
  },
};
