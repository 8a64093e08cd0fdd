/** `floods.hooks`: who is told of bans. */
import { duration, integer, listOf, type Table, text } from '../../field.ts';

export interface FloodHooksConfig {
  readonly program: readonly string[];
  readonly webhook?: string;
  readonly nftables?: string;
  readonly timeout: number;
  readonly queue: number;
}

const SECOND = 1000;

export const hooks: Table<FloodHooksConfig> = {
  program: {
    type: listOf(text('word')),
    default: [],
    summary:
      'Program and arguments to run when a ban begins, without a shell: `%s` becomes the address, `%r` the reason, `%t` the seconds it lasts.',
  },
  webhook: {
    type: text('`http://` or `https://` address', checkWebhook),
    isOptional: true,
    summary: 'Gets a POST with JSON for each ban: `address`, `reason`, `by`, `seconds`, `at`. Tried three times.',
  },
  nftables: {
    type: text('file name'),
    isOptional: true,
    summary:
      'File that always holds the banned addresses as two sets, `sallyport4` and `sallyport6`, in the notation of `nft -f`. Written whole and moved into place, at most once a second.',
  },
  timeout: {
    type: duration(),
    default: 5 * SECOND,
    summary: 'Time for one run of the program and one try of the webhook.',
  },
  queue: {
    type: integer(1, 100_000),
    default: 100,
    summary: 'Bans that may wait for the program or the webhook; more are dropped and counted in the log.',
  },
};

function checkWebhook(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return `"${value}" is not a web address`;
  return undefined;
}
