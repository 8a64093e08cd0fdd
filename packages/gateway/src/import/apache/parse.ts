/** Text of an Apache configuration to directives and sections, as httpd reads it: no meaning, nothing expanded. */
import type { Statement } from '../proxy/statement.ts';

export interface Directive {
  readonly kind: 'directive';
  readonly name: string;
  readonly args: readonly string[];
  /** The arguments as written. */
  readonly rest: string;
  readonly at: Statement;
}

export interface Section {
  readonly kind: 'section';
  readonly name: string;
  readonly args: readonly string[];
  readonly at: Statement;
  readonly children: readonly Item[];
}

/** What cannot be read. */
export interface Broken {
  readonly kind: 'broken';
  readonly reason: string;
  readonly at: Statement;
}

export type Item = Directive | Section | Broken;

interface Open {
  readonly name: string;
  readonly args: readonly string[];
  readonly at: Statement;
  readonly children: Item[];
}

/** Sections within each other; nobody writes so many. */
const MAX_DEPTH = 100;

/** Sections that are not closed end with the file; what closes nothing is broken. Never throws. */
export function parseApache(file: string, text: string): readonly Item[] {
  const top: Item[] = [];
  const open: Open[] = [];
  const current = (): Item[] => open.at(-1)?.children ?? top;
  for (const { line, source } of logicalLines(text)) {
    const at = { file, line, source };
    const opening = /^<\s*([A-Za-z][\w]*)\s*(.*?)\s*>$/.exec(source);
    const closing = /^<\/\s*([A-Za-z]\w*)\s*>$/.exec(source);
    if (closing !== null) {
      const last = open.at(-1);
      if (last !== undefined && last.name.toLowerCase() === closing[1]?.toLowerCase()) close(open, top);
      else current().push({ kind: 'broken', reason: 'it closes nothing that is open', at });
    } else if (opening !== null && open.length === MAX_DEPTH) {
      current().push({ kind: 'broken', reason: `more than ${MAX_DEPTH} sections within each other`, at });
    } else if (opening !== null) {
      open.push({ name: opening[1] as string, args: words(opening[2] as string), at, children: [] });
    } else {
      const parts = /^([^\s<]\S*)\s*(.*)$/s.exec(source);
      if (parts === null) current().push({ kind: 'broken', reason: 'it is no directive', at });
      else {
        const [, name = '', rest = ''] = parts;
        current().push({ kind: 'directive', name, rest, args: words(rest), at });
      }
    }
  }
  while (open.length > 0) {
    const { at } = open.at(-1) as Open;
    close(open, top);
    (open.at(-1)?.children ?? top).push({ kind: 'broken', reason: 'this section is not closed', at });
  }
  return top;
}

function close(open: Open[], top: Item[]): void {
  const last = open.pop() as Open;
  (open.at(-1)?.children ?? top).push({ kind: 'section', ...last });
}

/** A backslash at the end joins a line with the next; lines that begin with `#` are comments. */
function* logicalLines(text: string): Generator<{ readonly line: number; readonly source: string }> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    let source = lines[at] as string;
    if (source.trimStart().startsWith('#')) {
      // A comment goes on as well when its line does.
      while (source.endsWith('\\') && at + 1 < lines.length) source = lines[++at] as string;
      continue;
    }
    const parts: string[] = [];
    while (source.endsWith('\\') && at + 1 < lines.length) {
      parts.push(source.slice(0, -1));
      source = lines[++at] as string;
    }
    source = [...parts, source].join('').trim();
    if (source !== '') yield { line, source };
  }
}

/** Arguments: separated by blanks, in quotes of either kind, `\"` for a quote within (`ap_getword_conf`). */
export function words(text: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] as string)) {
      at++;
      continue;
    }
    const quote = text[at] === '"' || text[at] === "'" ? text[at] : undefined;
    let word = '';
    if (quote !== undefined) {
      for (at++; at < text.length && text[at] !== quote; at++) {
        if (text[at] === '\\' && (text[at + 1] === quote || text[at + 1] === '\\')) at++;
        word += text[at];
      }
      at++;
    } else {
      while (at < text.length && !/\s/.test(text[at] as string)) word += text[at++];
    }
    found.push(word);
  }
  return found;
}
