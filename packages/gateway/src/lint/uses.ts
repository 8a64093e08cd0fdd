import { type ActionNode, type Node, type Position, parseMacros, type Span } from '@sallyport/engine/language';
import { parseAssignment } from './setvar.ts';

/** One place where a rule reads or writes a member of a collection. */
export interface VariableUse {
  readonly kind: 'read' | 'count' | 'write';
  /** Upper-case name as written. */
  readonly collection: string;
  /** Lower-case; undefined for the whole collection. A key with macros in it ends before the first. */
  readonly key: string | undefined;
  /** `prefix`: any key that begins so; `pattern`: the regular expression of a selector. */
  readonly match: 'exact' | 'prefix' | 'pattern';
  readonly where: 'target' | 'macro' | 'action';
  readonly span: Span;
}

/** Every use in a rule as written, in order of its parts: targets, operator, actions. */
export function usesOf(node: Node): readonly VariableUse[] {
  if (node.kind !== 'rule' && node.kind !== 'action') return [];
  const uses: VariableUse[] = [];
  if (node.kind === 'rule') {
    for (const { name, isCount, isExclusion, selector, span } of node.targets) {
      if (isExclusion) continue;
      uses.push({
        kind: isCount ? 'count' : 'read',
        collection: name.toUpperCase(),
        key: selector?.text.toLowerCase(),
        match: selector?.kind === 'regex' ? 'pattern' : 'exact',
        where: 'target',
        span,
      });
    }
    const { argument, argumentSpan } = node.operator;
    uses.push(...macroUses(argument, argumentSpan.file, (index) => node.operator.argumentPositionAt(index)));
  }
  for (const action of node.actions) uses.push(...usesOfAction(action));
  return uses;
}

/** Actions whose argument names a variable as `collection.name`. */
const WRITERS: ReadonlySet<string> = new Set(['setvar', 'expirevar', 'deprecatevar']);

/** Uses in the argument of one action: macros, and what `setvar` writes. */
export function usesOfAction(action: ActionNode): readonly VariableUse[] {
  const { name, argument, span } = action;
  if (argument === undefined) return [];
  const positionAt = (index: number): Position => action.argumentPositionAt(index);
  const uses = macroUses(argument, span.file, positionAt);
  const assignment = WRITERS.has(name.toLowerCase()) ? parseAssignment(argument) : undefined;
  if (assignment === undefined) return uses;
  const { collection, key, keyOffset } = assignment;
  const macro = key.indexOf('%{');
  return [
    {
      kind: 'write',
      collection,
      key: (macro === -1 ? key : key.slice(0, macro)).toLowerCase(),
      match: macro === -1 ? 'exact' : 'prefix',
      where: 'action',
      span: {
        file: span.file,
        start: positionAt(keyOffset - collection.length - 1),
        end: positionAt(keyOffset + key.length),
      },
    },
    ...uses,
  ];
}

function macroUses(text: string, file: string, positionAt: (index: number) => Position): VariableUse[] {
  if (!text.includes('%{')) return [];
  return parseMacros(text).flatMap((part): VariableUse[] => {
    if (typeof part === 'string') return [];
    const span = { file, start: positionAt(part.offset), end: positionAt(part.offset + part.length) };
    const key = part.key?.toLowerCase();
    return [{ kind: 'read', collection: part.name.toUpperCase(), key, match: 'exact', where: 'macro', span }];
  });
}

/** Whether a use can be about a member of that key. */
export function concerns(
  use: VariableUse,
  collection: string,
  key: string,
  matches: (pattern: string) => boolean,
): boolean {
  if (use.collection !== collection) return false;
  if (use.key === undefined) return true;
  switch (use.match) {
    case 'exact':
      return use.key === key;
    case 'prefix':
      return key.startsWith(use.key);
    case 'pattern':
      return matches(use.key);
  }
}
