import type { Rule, Target } from '../program.ts';
import { isOfHead, readByTest } from './chain-inputs.ts';
import type { KnownNames } from './known-names.ts';

/** Everything the verdict of a first link depends on, where that is known at load. */
export interface ProbeInputs {
  /** What it looks at besides variables of TX it names: a few facts, which are the same for most requests of a client. */
  readonly facts: readonly Target[];
  /** Variables of TX, as numbers of the names known at load. */
  readonly slots: readonly number[];
}

/** Variables that hardly ever differ from request to request. */
const STEADY_VARIABLES: ReadonlySet<string> = new Set(['IP', 'MULTIPART_PART_HEADERS', 'REQBODY_PROCESSOR']);

/** The inputs of the first link of a rule; undefined where there are others than those above. */
export function probeInputsOf({ links: [link] }: Rule, names: KnownNames): ProbeInputs | undefined {
  if (link === undefined) return undefined;
  const read = readByTest(link);
  if (read === undefined) return undefined;
  const facts: Target[] = [];
  for (const target of link.targets) {
    const { variable, selector } = target;
    if (variable.name === 'TX' && selector.kind === 'key') read.push(selector.key);
    else if (selector.kind === 'custom') return undefined;
    else if (variable.name === 'TX' || STEADY_VARIABLES.has(variable.name) || isOfHead(target)) facts.push(target);
    else return undefined;
  }
  const slots: number[] = [];
  for (const name of read) {
    const slot = names.slotOf(name);
    if (slot === undefined) return undefined;
    slots.push(slot);
  }
  return { facts, slots };
}
