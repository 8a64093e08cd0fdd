/** `floods`: how much one client may ask for, and what happens to those who ask for more. */
import { checkPath, checkTrustedProxy } from '../checks.ts';
import { choice, defaultsOf, duration, flag, integer, listOf, section, type Table, text } from '../field.ts';
import { type EvasiveConfig, evasive } from './floods/evasive.ts';
import { type FloodHooksConfig, hooks } from './floods/hooks.ts';
import { type LoginLimits, logins } from './floods/logins.ts';
import { type PenaltiesConfig, penalties } from './floods/penalties.ts';
import { type FloodStoreConfig, store } from './floods/store.ts';
import {
  address,
  type PathLimit,
  type PrincipalLimit,
  path,
  principal,
  type WindowLimit,
  watchedPath,
} from './floods/windows.ts';
import { type WorkConfig, work } from './floods/work.ts';

export interface FloodsConfig {
  readonly mode: 'window' | 'evasive' | 'off';
  readonly observe: boolean;
  readonly status: number;
  readonly action: 'deny' | 'drop';
  readonly ban: number;
  readonly allow: readonly string[];
  readonly exceptPaths: readonly string[];
  readonly entries: number;
  readonly address: WindowLimit;
  readonly path: WindowLimit;
  readonly paths: readonly PathLimit[];
  readonly principal: PrincipalLimit;
  readonly evasive: EvasiveConfig;
  readonly penalties: PenaltiesConfig;
  readonly work: WorkConfig;
  readonly logins: LoginLimits;
  readonly hooks: FloodHooksConfig;
  readonly store: FloodStoreConfig;
  readonly sharedDir?: string;
}

export const floods: Table<FloodsConfig> = {
  mode: {
    type: choice('window', 'evasive', 'off'),
    default: 'window',
    summary:
      '`window`: sliding windows. `evasive`: count as mod_evasive of Apache does, with the numbers in `evasive`. `off`: do not count; bans by hand still hold.',
  },
  observe: { type: flag(), default: false, summary: 'Write down what would be refused, and refuse nothing.' },
  status: { type: integer(400, 599), default: 429, summary: 'Status of the refusal, which has a `Retry-After`.' },
  action: { type: choice('deny', 'drop'), default: 'deny', summary: 'Answer, or close the connection without a word.' },
  ban: {
    type: duration(),
    default: 60_000,
    summary: 'How long a client that passes a limit is refused everything; 0: only what is over the limit.',
  },
  allow: {
    type: listOf(text('IP address or network', checkTrustedProxy)),
    default: ['127.0.0.1', '::1'],
    summary: 'Clients that are never counted, banned or delayed, whatever else is said about them.',
  },
  exceptPaths: {
    type: listOf(text('path', checkPath)),
    default: [],
    summary: 'Path prefixes, in whole segments, that do not count.',
  },
  entries: {
    type: integer(100, 10_000_000),
    default: 50_000,
    summary:
      'Clients, and pairs of client and path, that are remembered at most for each limit, at some 150 bytes each.',
  },
  address: {
    type: section(address),
    default: defaultsOf(address),
    summary: 'Requests of one address (of one /64 in IPv6).',
  },
  path: {
    type: section(path),
    default: defaultsOf(path),
    summary: 'Requests of one address for one and the same path, whatever the query.',
  },
  paths: {
    type: listOf(section(watchedPath)),
    default: [],
    summary: 'Paths with limits of their own, such as a login.',
  },
  principal: {
    type: section(principal),
    default: defaultsOf(principal),
    summary: 'Requests of one principal, from whatever address. Only a hash of it is kept.',
  },
  evasive: { type: section(evasive), default: defaultsOf(evasive), summary: 'For `mode: evasive`.' },
  penalties: {
    type: section(penalties),
    default: defaultsOf(penalties),
    summary: 'Points for answers that decent clients seldom get, and a ban for those that collect them.',
  },
  work: {
    type: section(work, 'time'),
    default: defaultsOf(work),
    summary:
      'How much work of the rules one client may cause: half a processor by default. A request that is the last straw is refused between two rules. Exact over all workers to a hundredth for each.',
  },
  logins: {
    type: section(logins),
    default: defaultsOf(logins),
    summary:
      'Failed logins at the providers of `auth`, whatever `mode` says: wrong passwords and tokens nobody has signed. Tokens that are merely old do not count.',
  },
  hooks: {
    type: section(hooks),
    default: defaultsOf(hooks),
    summary: 'Who is told of bans. No request waits for them.',
  },
  store: { type: section(store), default: defaultsOf(store), summary: 'Where requests are counted.' },
  sharedDir: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Where the processes of this gate count together, so that a limit is exact over all of them; the folder the gate runs in when absent. Best in memory, such as below `/run`.',
  },
};
