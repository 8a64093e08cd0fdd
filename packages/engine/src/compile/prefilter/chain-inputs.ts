import { lowerCase } from '../../bytes/ascii.ts';
import type { Regex } from '../../regex/index.ts';
import type { MacroText } from '../../registry/macro.ts';
import type { Link, Rule, Target } from '../program.ts';
import { CAPTURE_NAMES, type KnownNames } from './known-names.ts';

/**
 * Everything the run of a chained rule depends on, where that is known at load: a few facts about the head of the request, which are
 * the same for most requests of a client, and variables of TX.
 */
export interface ChainInputs {
  readonly ofHead: readonly Target[];
  /** Variables of TX it reads before it has set them, as numbers of the names known at load. */
  readonly slots: readonly number[];
  /** Patterns by which it picks variables of TX. */
  readonly patterns: readonly Regex[];
  /** Whether it writes captures, and so removes those that were there. */
  readonly captures: boolean;
}

const HEAD_VARIABLES: ReadonlySet<string> = new Set(['REQUEST_HEADERS_NAMES', 'REQUEST_METHOD', 'REQUEST_PROTOCOL']);
/** What must not be found out by how long an answer takes. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * The inputs of a rule with several links, none of which does anything but set variables of TX; undefined where there are others
 * than those above, and for rules with one link: these match when they are run.
 */
export function chainInputsOf({ links, hasConstantTags }: Rule, names: KnownNames): ChainInputs | undefined {
  if (links.length < 2 || !hasConstantTags) return undefined;
  const ofHead: Target[] = [];
  const patterns: Regex[] = [];
  const reads = new Set<string>();
  const written = new Set<string>();
  for (const link of links) {
    const ofTest = readByTest(link);
    if (ofTest === undefined) return undefined;
    for (const target of link.targets) {
      const { variable, selector } = target;
      if (variable.name !== 'TX') {
        if (!isOfHead(target)) return undefined;
        ofHead.push(target);
      } else if (selector.kind === 'regex') patterns.push(selector.regex);
      else if (selector.kind === 'key') ofTest.push(selector.key);
      else return undefined;
    }
    // An earlier link has set it in any case: without a match of that one, this one is not reached.
    for (const name of ofTest) if (!written.has(lowerCase(name))) reads.add(name);
    if (link.capture && link.test.matcher.captures !== undefined && !link.test.isNegated) {
      for (const name of CAPTURE_NAMES) written.add(name);
    }
    for (const { tx } of link.effects) {
      if (tx?.reads === undefined) return undefined;
      for (const name of tx.reads) if (!written.has(lowerCase(name))) reads.add(name);
      for (const name of tx.sets ?? []) written.add(lowerCase(name));
    }
  }
  const slots: number[] = [];
  for (const name of reads) {
    const slot = names.slotOf(name) ?? names.slotOf(lowerCase(name));
    if (slot === undefined) return undefined;
    slots.push(slot);
  }
  return { ofHead, slots, patterns, captures: links.some(({ capture }) => capture) };
}

/** What the operator of a link reads of TX; undefined where its verdict depends on more than that and the value. */
export function readByTest({ test, isUnconditional, multiMatch }: Link): string[] | undefined {
  const { forecast, testLater } = test.matcher;
  if (isUnconditional || multiMatch || forecast === undefined || testLater !== undefined) return undefined;
  if (forecast.kind !== 'harmless') return [];
  return keysOfTx(test.argument)?.slice();
}

/** The variables of TX that the macros of a text read; undefined where they read anything else. */
export function keysOfTx({ variables, keys }: MacroText): readonly string[] | undefined {
  if (variables === undefined || keys === undefined || !variables.every((name) => name === 'TX')) return undefined;
  const named = keys.filter((key) => key !== undefined);
  return named.length === keys.length ? named : undefined;
}

/** Whether a target looks at a fact of the head that most requests of a client share, and that is no secret. */
export function isOfHead({ variable, selector }: Target): boolean {
  if (HEAD_VARIABLES.has(variable.name)) return true;
  return variable.name === 'REQUEST_HEADERS' && selector.kind === 'key' && !SECRET_HEADERS.has(lowerCase(selector.key));
}
