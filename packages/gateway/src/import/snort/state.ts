import type { ActionParts } from '@sallyport/engine';
import type { Place } from './buffers.ts';
import { Inexpressible, type SnortLink } from './links.ts';
import type { SnortOption } from './rule.ts';

/** What a rule remembers and asks about other traffic of the same client. */
export interface SnortState {
  /** Conditions on what was remembered; they come after everything the rule looks for. */
  readonly links: readonly SnortLink[];
  /** Done when everything else matches, before `links` of a counter are asked. */
  readonly effects: readonly ActionParts[];
  /** Conditions on bits that other rules set. */
  readonly conditions: readonly SnortLink[];
  /** The rule only sets a bit. */
  readonly isSilent: boolean;
  readonly notes: readonly string[];
}

/** Bits live as long as a connection in Snort; a client has several, so theirs end after so many seconds. */
const BIT_SECONDS = 300;

const place = (name: string, key: string, isCount = false): Place => ({
  targets: [{ name, key, isCount }],
  transformations: [['t', 'none']],
  phase: 1,
});

/** Reads `flowbits`, `threshold` and `detection_filter`; state is kept per client address in the collection IP. */
export function stateOf(options: readonly SnortOption[], id: number): SnortState {
  const links: SnortLink[] = [];
  const conditions: SnortLink[] = [];
  const effects: ActionParts[] = [];
  const notes: string[] = [];
  let isSilent = options.some(({ name }) => name === 'noalert');
  for (const { name, value = '' } of options) {
    if (name === 'flowbits') {
      const [command = '', bit = ''] = value.split(',').map((text) => text.trim());
      if (command === 'noalert') isSilent = true;
      else readFlowbit(command, bit, conditions, effects);
      notes.push(`flowbits are kept per client address, for ${BIT_SECONDS} seconds`);
    }
    if (name === 'detection_filter' || name === 'threshold') {
      const counter = readCounter(value, name === 'detection_filter');
      if (counter === undefined) {
        notes.push('a limit on alerts is left out: it does not change what is found');
        continue;
      }
      const key = `snort_count_${id}`;
      effects.push(['setvar', `ip.${key}=+1`], ['expirevar', `ip.${key}=${counter.seconds}`]);
      links.push({ place: place('IP', key), operator: counter.operator, isNegated: false });
      notes.push('the count begins again after the given time without a match');
    }
  }
  return { links, conditions, effects, isSilent, notes };
}

function readFlowbit(command: string, bit: string, conditions: SnortLink[], effects: ActionParts[]): void {
  if (command === 'reset') return;
  if (!/^[\w.-]+$/.test(bit)) throw new Inexpressible(`flowbits:${command} with "${bit}", which is not one name`);
  const key = `snort_bit_${bit.replace(/[.-]/g, '_')}`;
  switch (command) {
    case 'set':
    case 'setx':
      effects.push(['setvar', `ip.${key}=1`], ['expirevar', `ip.${key}=${BIT_SECONDS}`]);
      return;
    case 'unset':
      effects.push(['setvar', `!ip.${key}`]);
      return;
    case 'isset':
      conditions.push({ place: place('IP', key, true), operator: ['ge', '1'], isNegated: false });
      return;
    case 'isnotset':
      conditions.push({ place: place('IP', key, true), operator: ['eq', '0'], isNegated: false });
      return;
    default:
      throw new Inexpressible(`flowbits:${command}`);
  }
}

/** Undefined for `type limit`, which only makes Snort quieter. */
function readCounter(
  value: string,
  isFilter: boolean,
): { readonly operator: readonly [string, string]; readonly seconds: string } | undefined {
  const setting = (name: string): string | undefined => new RegExp(`\\b${name}\\s+([\\w]+)`).exec(value)?.[1];
  if (!isFilter && setting('type') === 'limit') return undefined;
  const count = setting('count');
  const seconds = setting('seconds');
  if (setting('track') !== 'by_src') throw new Inexpressible('a count that is not kept by_src');
  if (count === undefined || seconds === undefined) throw new Inexpressible('a count without count and seconds');
  // A detection filter begins to alert after so many matches, a threshold with the last of them.
  return { operator: [isFilter ? 'gt' : 'ge', count], seconds };
}
