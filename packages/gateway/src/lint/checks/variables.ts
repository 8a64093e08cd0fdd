import type { LintCheck } from '../check.ts';
import type { RuleSetFacts } from '../facts.ts';
import { concerns, type VariableUse } from '../uses.ts';

export const neverRead: LintCheck = {
  code: 'SL4601',
  title: 'Variable that is set and never read',
  explanation:
    'No rule, macro or count looks at it. Mostly the name is misspelt where it is set or where it is read; two spellings of ' +
    'one score are a hole.',
  example: 'SecAction "id:1,phase:1,pass,nolog,setvar:tx.treshold=5"\n',
  instead:
    'SecAction "id:1,phase:1,pass,nolog,setvar:tx.threshold=5"\nSecRule TX:threshold "@ge 5" "id:2,phase:1,pass,nolog"\n',
  scope: 'set',
  check: (facts, report) => {
    const reads = allUses(facts).filter(({ kind }) => kind !== 'write');
    const reported = new Set<string>();
    for (const { uses } of facts.links) {
      for (const use of uses) {
        if (use.kind !== 'write' || use.match !== 'exact' || use.key === undefined) continue;
        const { collection, key } = use;
        const name = `${collection}:${key}`;
        if (reported.has(name) || MEANINGFUL.has(name)) continue;
        if (reads.some((read) => concerns(read, collection, key, patternTest(facts, key)))) continue;
        reported.add(name);
        report(use.span, `nothing reads ${name}`, nearest(key, reads, collection));
      }
    }
  },
};

export const neverSet: LintCheck = {
  code: 'SL4602',
  title: 'Variable that is read and never set',
  explanation:
    'No rule sets it, so the rule compares nothing with something. Where a rule counts it with & its absence is expected, and ' +
    'nothing is reported.',
  example: 'SecRule TX:threshold "@ge 5" "id:2,phase:1,pass,nolog"\n',
  instead:
    'SecAction "id:1,phase:1,pass,nolog,setvar:tx.threshold=5"\nSecRule TX:threshold "@ge 5" "id:2,phase:1,pass,nolog"\n',
  scope: 'set',
  check: (facts, report) => {
    const others = allUses(facts).filter(({ kind }) => kind === 'write' || kind === 'count');
    const reported = new Set<string>();
    for (const { uses } of facts.links) {
      for (const use of uses) {
        if (use.kind !== 'read' || use.match !== 'exact' || use.key === undefined || use.collection !== 'TX') continue;
        const { key } = use;
        if (reported.has(key) || /^\d$/.test(key) || MEANINGFUL.has(`TX:${key}`)) continue;
        if (others.some((other) => concerns(other, 'TX', key, () => false))) continue;
        reported.add(key);
        report(use.span, `nothing sets TX:${key}`, nearest(key, others, 'TX'));
      }
    }
  },
};

/** Members the engine itself reads or writes. */
const MEANINGFUL: ReadonlySet<string> = new Set([
  'TX:msc_pcre_limits_exceeded',
  'TX:msc_pcre_error',
  'SESSION:key',
  'IP:key',
  'USER:key',
  'GLOBAL:key',
  'RESOURCE:key',
]);

function allUses({ links }: RuleSetFacts): VariableUse[] {
  return links.flatMap(({ uses }) => uses);
}

function patternTest(facts: RuleSetFacts, key: string): (pattern: string) => boolean {
  return (pattern) => facts.regex(pattern, true)?.test(key) ?? true;
}

/** A name that differs in one letter, or in the order of two. */
function nearest(key: string, others: readonly VariableUse[], collection: string): string | undefined {
  const near = others.find(
    (other) => other.collection === collection && other.key !== undefined && isNear(key, other.key),
  );
  return near?.key === undefined ? undefined : `did you mean ${near.key}?`;
}

function isNear(left: string, right: string): boolean {
  if (left === right || Math.abs(left.length - right.length) > 1 || left.length < 4) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  const [leftRest, rightRest] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  const isSwap = leftRest.length === 2 && rightRest === `${leftRest[1]}${leftRest[0]}`;
  return isSwap || Math.max(leftRest.length, rightRest.length) <= 1;
}
