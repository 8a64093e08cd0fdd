/** Text of an nginx configuration to directives and blocks: no meaning, nothing included. */
import type { Statement } from '../proxy/statement.ts';

export interface NginxItem {
  readonly name: string;
  readonly args: readonly string[];
  /** Present for a block. */
  readonly children?: readonly NginxItem[];
  readonly at: Statement;
  /** Why it cannot be read. */
  readonly broken?: string;
}

/** nginx itself knows five. */
const MAX_DEPTH = 100;

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'open' | 'close' | 'end';
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** What is not closed ends with the file. Never throws. */
export function parseNginx(file: string, text: string): readonly NginxItem[] {
  const tokens = [...tokensOf(text)];
  let at = 0;

  const items = (depth: number): NginxItem[] => {
    const found: NginxItem[] = [];
    while (at < tokens.length) {
      const token = tokens[at] as Token;
      if (token.kind === 'close') {
        at++;
        if (depth > 0) return found;
        found.push({ name: '}', args: [], at: statement(token, token), broken: 'it closes nothing that is open' });
      } else if (token.kind === 'end') at++;
      else found.push(item(depth));
    }
    return found;
  };

  const item = (depth: number): NginxItem => {
    const first = tokens[at] as Token;
    const words: string[] = [];
    let last = first;
    while (at < tokens.length && (tokens[at] as Token).kind === 'word') {
      last = tokens[at++] as Token;
      words.push(last.text);
    }
    const [name = '{', ...args] = words;
    const where = statement(first, last);
    const next = tokens[at];
    if (next?.kind === 'open') {
      at++;
      if (depth === MAX_DEPTH) {
        skipBlock();
        return { name, args, at: where, broken: `more than ${MAX_DEPTH} blocks within each other` };
      }
      const children = items(depth + 1);
      const isClosed = tokens[at - 1]?.kind === 'close';
      return { name, args, children, at: where, ...(!isClosed && { broken: 'this block is not closed' }) };
    }
    if (next?.kind === 'end') {
      at++;
      return { name, args, at: where };
    }
    return { name, args, at: where, broken: 'a semicolon is missing' };
  };

  /** To behind the end of the block that has just begun. */
  const skipBlock = (): void => {
    for (let open = 1; open > 0 && at < tokens.length; at++) {
      const { kind } = tokens[at] as Token;
      if (kind === 'open') open++;
      else if (kind === 'close') open--;
    }
  };

  const statement = (first: Token, last: Token): Statement => ({
    file,
    line: first.line,
    source: text.slice(first.start, last.end).replace(/\s+/g, ' '),
  });

  return items(0);
}

/** Words in quotes of either kind, with backslashes; `{`, `}` and `;` end words; `#` begins a comment where a word could begin. */
function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '\n') line++;
    if (/\s/.test(char)) at++;
    else if (char === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (char === '{' || char === '}' || char === ';') {
      const kind = char === '{' ? 'open' : char === '}' ? 'close' : 'end';
      yield { text: char, kind, line, start: at, end: ++at };
    } else {
      const start = at;
      const startLine = line;
      let word = '';
      if (char === '"' || char === "'") {
        for (at++; at < text.length && text[at] !== char; at++) {
          if (text[at] === '\\' && (text[at + 1] === char || text[at + 1] === '\\')) at++;
          if (text[at] === '\n') line++;
          word += text[at];
        }
        at++;
      } else {
        let isInName = false;
        for (; at < text.length && !/[\s;]/.test(text[at] as string); at++) {
          const one = text[at] as string;
          // `${name}` is a part of a word; any other brace begins or ends a block.
          if ((one === '{' && text[at - 1] !== '$') || (one === '}' && !isInName)) break;
          if (one === '{' || one === '}') isInName = one === '{';
          if (one === '\\' && at + 1 < text.length) word += text[at++];
          word += text[at];
        }
      }
      yield { text: word, kind: 'word', line: startLine, start, end: at };
    }
  }
}
