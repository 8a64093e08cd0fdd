import type { BlockNode, DirectiveNode, Node } from '../seclang/ast.ts';
import { changedDirectives, type DirectiveMeaning, type Modsec1Directive, modsec1Directives } from './directives.ts';
import { readSetEnvIf } from './set-env-if.ts';

const byName = (list: readonly Modsec1Directive[]): ReadonlyMap<string, Modsec1Directive> =>
  new Map(list.map((one) => [one.name.toLowerCase(), one]));

const onlyThen = byName(modsec1Directives);
const differentThen = byName(changedDirectives);
const filterNames: ReadonlySet<string> = new Set(['secfilter', 'secfilterselective']);

/** `SecFilter` and `SecFilterSelective`. */
export function isFilter(node: DirectiveNode): boolean {
  return filterNames.has(node.name.toLowerCase());
}

export function isDefaultAction(node: DirectiveNode): boolean {
  return node.name.toLowerCase() === 'secfilterdefaultaction';
}

/** What a directive that is not a filter means today; undefined for what 1.x and today have in common. */
export function meaningOf(node: DirectiveNode): DirectiveMeaning | undefined {
  const name = node.name.toLowerCase();
  const directive = onlyThen.get(name) ?? differentThen.get(name);
  if (directive === undefined) return readSetEnvIf(node);
  const [minimum, maximum] = directive.words;
  const count = node.words.length;
  if (count >= minimum && count <= maximum) return directive.translate(node.words.map((word) => word.text));
  const wanted = minimum === maximum ? String(minimum) : `at least ${minimum}`;
  return { lines: [], notes: [`${directive.name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${count}`] };
}

/** Whether rule text has anything in it that only ModSecurity 1.x understands. */
export function isModsec1(nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'block') return isModsec1(node.children);
    if (node.kind !== 'directive') return false;
    return (
      isFilter(node) ||
      isDefaultAction(node) ||
      onlyThen.has(node.name.toLowerCase()) ||
      readSetEnvIf(node) !== undefined
    );
  });
}

/** The content of a file in order, with what stands in `<IfModule mod_security.c>` and the like put in their place. */
export function statementsOf(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'block') return [node];
    const holds = conditionHolds(node);
    if (holds === undefined) return [node];
    return holds ? statementsOf(node.children) : [];
  });
}

/** Names of ModSecurity itself, of then and of now. */
const ownModules: ReadonlySet<string> = new Set([
  'mod_security.c',
  'security_module',
  'mod_security2.c',
  'security2_module',
  'security3_module',
]);

/** Whether the content of a condition counts; undefined for other blocks, and for modules of others. */
function conditionHolds({ name, words }: BlockNode): boolean | undefined {
  const text = words[0]?.text ?? '';
  const isNegated = text.startsWith('!');
  if (name.toLowerCase() === 'ifdefine') return isNegated || undefined;
  if (name.toLowerCase() !== 'ifmodule') return undefined;
  return ownModules.has((isNegated ? text.slice(1) : text).toLowerCase()) ? !isNegated : undefined;
}
