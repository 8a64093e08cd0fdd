import type { ActionParts, RuleParts } from '@sallyport/engine';
import { RESPONSE_BUFFERS, readBuffer } from './buffers.ts';
import { addressLinks, isResponseRule, isWebPort } from './header.ts';
import { Inexpressible, linksOf, type SnortLink } from './links.ts';
import { readMatches } from './matches.ts';
import { metadataOf } from './metadata.ts';
import type { SnortRule } from './rule.ts';
import { stateOf } from './state.ts';

/** A Snort rule as rules of SecLang: helpers first, then the chain that carries its id. */
export interface ConvertedRule {
  readonly rules: readonly RuleParts[];
  /** It remembers something about the client, so that the collection IP must be open. */
  readonly usesClientState: boolean;
  readonly notes: readonly string[];
}

/** Options that say nothing about what to find, and those that other parts of this folder read. */
const UNDERSTOOD: ReadonlySet<string> = new Set(
  (
    'msg sid rev gid classtype priority reference metadata rem logto service target noalert soid ' +
    'content uricontent pcre isdataat urilen bufferlen bsize nocase offset depth distance within startswith endswith ' +
    'fast_pattern rawbytes flow flowbits threshold detection_filter'
  ).split(' '),
);

/** Converts one rule; a string is the reason why it cannot be converted. `nextHelperId` gives ids for further rules. */
export function convertRule(rule: SnortRule, id: number, nextHelperId: () => number): ConvertedRule | string {
  try {
    return convert(rule, id, nextHelperId);
  } catch (cause) {
    if (cause instanceof Inexpressible) return cause.message;
    throw cause;
  }
}

function convert(rule: SnortRule, id: number, nextHelperId: () => number): ConvertedRule | string {
  const verdict = verdictOf(rule.action);
  if (verdict === undefined) return `a ${rule.action} rule turns off or changes others; write an exception for them`;
  const unknown = rule.options.find(
    ({ name, value }) => !UNDERSTOOD.has(name) && readBuffer(name, value) === undefined,
  );
  if (unknown !== undefined) return `the option ${unknown.name} has no counterpart`;
  const matches = readMatches(rule.options);
  if (typeof matches === 'string') return matches;
  const isResponse = isResponseRule(
    rule,
    matches.some(({ buffer }) => RESPONSE_BUFFERS.has(buffer.kind)),
  );
  if (
    !isAboutHttp(
      rule,
      isResponse,
      matches.some(({ buffer }) => buffer.kind !== 'raw'),
    )
  )
    return 'it is not about HTTP';
  const found = linksOf(matches, isResponse);
  const state = stateOf(rule.options, id);
  if (found.length + state.conditions.length === 0) return 'it looks for nothing in HTTP';
  const notes = [...state.notes];
  if (matches.some(({ buffer }) => buffer.kind === 'raw')) {
    notes.push(
      'content without a buffer is looked for in the first line, in each header and in the body, not in packets',
    );
  }
  const links = [...addressLinks(rule, isResponse), ...state.conditions, ...found];
  const phase = String(Math.max(isResponse ? 3 : 1, ...links.map((link) => link.place.phase)));
  const helpers: RuleParts[] = [];
  const chain = links.map((link) => (needsHelper(link) ? absence(link, phase, nextHelperId(), helpers) : link));
  const starter: ActionParts[] = [
    ['id', String(id)],
    ['phase', phase],
    ...(state.isSilent ? ([['pass'], ['nolog']] as const) : verdict),
    ...metadataOf(rule.options),
  ];
  const last = chain.length - 1;
  const parts = [...chain, ...state.links].map((link, index, all) =>
    ruleOf(link, [
      ...(index === 0 ? starter : []),
      ...link.place.transformations,
      ...(index === last ? state.effects : []),
      ...(index < all.length - 1 ? ([['chain']] as const) : []),
    ]),
  );
  const usesClientState = state.conditions.length + state.effects.length > 0;
  return { rules: [...helpers, ...parts], usesClientState, notes };
}

/** An alert does what SecDefaultAction says; undefined for rules that are no accusation. */
function verdictOf(action: string): readonly ActionParts[] | undefined {
  switch (action) {
    case 'alert':
      return [['block']];
    case 'log':
      return [['pass'], ['log']];
    case 'drop':
    case 'sdrop':
    case 'block':
    case 'reject':
    case 'react':
      return [['deny']];
    default:
      return undefined;
  }
}

function isAboutHttp(rule: SnortRule, isResponse: boolean, usesBuffers: boolean): boolean {
  if (rule.protocol === 'http' || usesBuffers) return true;
  if (rule.protocol !== 'tcp' && rule.protocol !== 'file') return false;
  const says = rule.options.some(({ name, value = '' }) =>
    name === 'service' ? /\bhttp\b/.test(value) : name === 'metadata' && /\bservice\s+http\b/.test(value),
  );
  return says || isWebPort(isResponse ? rule.sourcePort : rule.destinationPort);
}

function ruleOf({ place, operator, isNegated }: SnortLink, actions: readonly ActionParts[]): RuleParts {
  return { targets: place.targets, operator, isNegated, actions };
}

/** Variables that always have exactly one value; only for these a negated operator means "it does not contain". */
const ALWAYS_ONE: ReadonlySet<string> = new Set(
  (
    'REQUEST_URI REQUEST_URI_RAW REQUEST_FILENAME REQUEST_METHOD REQUEST_PROTOCOL REQUEST_LINE REMOTE_ADDR SERVER_ADDR ' +
    'RESPONSE_STATUS STATUS_LINE RESPONSE_PROTOCOL'
  ).split(' '),
);

function needsHelper({ isNegated, place }: SnortLink): boolean {
  return isNegated && !(place.targets.length === 1 && ALWAYS_ONE.has(place.targets[0]?.name ?? ''));
}

/**
 * "None of these values contains it", absent values included, takes two rules: `!@contains` matches as soon as one value
 * lacks it. The first notes that one has it, the link asks whether that was noted.
 */
function absence(link: SnortLink, phase: string, id: number, helpers: RuleParts[]): SnortLink {
  const key = `snort_found_${id}`;
  helpers.push(
    ruleOf({ ...link, isNegated: false }, [
      ['id', String(id)],
      ['phase', phase],
      ['pass'],
      ['nolog'],
      ...link.place.transformations,
      ['setvar', `tx.${key}=1`],
    ]),
  );
  const place = {
    targets: [{ name: 'TX', key, isCount: true }],
    transformations: [['t', 'none'] as const],
    phase: 1 as const,
  };
  return { place, operator: ['eq', '0'], isNegated: false };
}
