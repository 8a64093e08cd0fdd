import type { SelectorNode, TargetNode, Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isName, isSeparator, type ListItem, readList } from './list-grammar.ts';
import { spanWithin } from './word.ts';

/**
 * Reads a target list such as `ARGS|!ARGS:'/^x y/'|&TX:foo`. Items that cannot be targets are reported and left
 * out; whether a name exists is not asked here. Positions are those of the word.
 */
export function parseTargets(word: Word, diagnostics: Diagnostics): readonly TargetNode[] {
  const targets: TargetNode[] = [];
  let count = 0;
  let cutPatternEnd = 0;
  for (const item of readList(word, diagnostics)) {
    count++;
    if (item.nameStart < cutPatternEnd) continue;
    cutPatternEnd = endOfCutPattern(word, item);
    if (cutPatternEnd > 0) {
      reportCutPattern(word, item, cutPatternEnd, diagnostics);
      continue;
    }
    const target = targetOf(word, item, diagnostics);
    if (target !== undefined) targets.push(target);
  }
  if (count === 0) {
    diagnostics.error('SL1401', 'the list of targets is empty', word.span, 'name what to look at, for example ARGS');
  }
  return targets;
}

function targetOf(word: Word, item: ListItem, diagnostics: Diagnostics): TargetNode | undefined {
  const isExclusion = item.name.startsWith('!');
  const isCount = item.name.startsWith('&');
  const name = isExclusion || isCount ? item.name.slice(1) : item.name;
  const span = spanWithin(word, item.nameStart, item.end);
  if (name.startsWith('!') || name.startsWith('&')) {
    diagnostics.error(
      'SL1402',
      `only one "!" or "&" can stand in front of a target, not "${item.name}"`,
      spanWithin(word, item.nameStart, item.nameEnd),
      'write !NAME to leave members out, &NAME to count them',
    );
    return undefined;
  }
  if (!isName(name) && !isHeaderOfOldRules(name)) {
    reportName(word, item, name, diagnostics);
    return undefined;
  }
  return { name, isCount, isExclusion, selector: selectorOf(word, item), span };
}

/** `HTTP_User-Agent`: what ModSecurity 1.x called REQUEST_HEADERS:User-Agent, and 2.x still reads. */
function isHeaderOfOldRules(name: string): boolean {
  return /^HTTP_[\w-]+$/i.test(name);
}

function reportName(word: Word, item: ListItem, name: string, diagnostics: Diagnostics): void {
  const dot = name.indexOf('.');
  const isDotted = dot > 0 && isName(name.slice(0, dot));
  diagnostics.error(
    'SL1403',
    `"${item.name}" is not the name of a target`,
    spanWithin(word, item.nameStart, item.nameEnd),
    isDotted
      ? `outside of %{…} a member is written with a colon: ${name.slice(0, dot)}:${name.slice(dot + 1)}`
      : 'a selector with a space, comma or pipe in it must stand in single quotes',
  );
}

function selectorOf(word: Word, item: ListItem): SelectorNode | undefined {
  const { value } = item;
  if (value === undefined) return undefined;
  const span = spanWithin(word, item.valueStart, item.end);
  // Two slashes alone are a key, as in ModSecurity 2.
  if (value.length > 2 && value.startsWith('/') && value.endsWith('/')) {
    return { kind: 'regex', text: value.slice(1, -1), isQuoted: item.isQuoted, span };
  }
  return { kind: 'key', text: value, isQuoted: item.isQuoted, span };
}

/**
 * `ARGS:/a|b/` is two items, `ARGS:/a` and `b/`, and the second cannot be a target: nobody means that. Gives the index after
 * the pattern that was meant, or 0.
 */
function endOfCutPattern({ text }: Word, { value, isQuoted, end }: ListItem): number {
  if (value === undefined || isQuoted || !value.startsWith('/') || (value.length > 1 && value.endsWith('/'))) return 0;
  for (let at = end; at < text.length && text[at] !== ':'; at++) {
    if (text[at] === '/' && (at + 1 === text.length || isSeparator(text.charCodeAt(at + 1)))) return at + 1;
  }
  return 0;
}

function reportCutPattern(word: Word, item: ListItem, end: number, diagnostics: Diagnostics): void {
  diagnostics.error(
    'SL1404',
    `the selector of ${item.name} ends before "${word.text[item.end]}", in the middle of its pattern`,
    spanWithin(word, item.valueStart, end),
    `write ${item.name}:'${word.text.slice(item.valueStart, end)}'`,
  );
}
