/** One option of a rule: `name;` or `name:value;`. Quotes and escapes of the value are still there. */
export interface SnortOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** A rule as text has it: header words and options, without any meaning. */
export interface SnortRule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly action: string;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly direction: string;
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly SnortOption[];
}

/** A line that is no rule, with the reason. */
export interface BrokenRule {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** Splits a file of Snort 2 or 3 rules: `\` joins lines, an open parenthesis goes on in the next line, `#` is a comment. */
export function parseSnort(file: string, text: string): readonly (SnortRule | BrokenRule)[] {
  const rules: (SnortRule | BrokenRule)[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    let rule = (lines[index] ?? '').trim();
    if (rule === '' || rule.startsWith('#')) continue;
    while (index + 1 < lines.length && goesOn(rule, lines[index + 1] ?? '')) {
      rule = `${rule.replace(/\\$/, '').trimEnd()} ${(lines[++index] ?? '').trim()}`;
    }
    rules.push(parseRule(rule, file, line));
  }
  return rules;
}

/** A rule goes on after a backslash, or until its parenthesis closes, unless the next line begins a rule of its own. */
function goesOn(rule: string, next: string): boolean {
  if (rule.endsWith('\\')) return true;
  return rule.includes('(') && !rule.endsWith(')') && !HEADER_START.test(next.trim()) && next.trim() !== '';
}

const ACTIONS = 'alert|log|pass|drop|reject|sdrop|block|react|rewrite|activate|dynamic';
const HEADER_START = new RegExp(`^(?:#|(?:${ACTIONS})\\s+\\S)`);

function parseRule(text: string, file: string, line: number): SnortRule | BrokenRule {
  const broken = (reason: string): BrokenRule => ({ file, line, text, reason });
  const open = text.indexOf('(');
  if (open === -1 || !text.endsWith(')')) return broken('the options do not stand between ( and )');
  const words = headerWords(text.slice(0, open));
  const options = splitOptions(text.slice(open + 1, -1));
  if (typeof options === 'string') return broken(options);
  const [action = '', protocol = '', source, sourcePort, direction, destination, destinationPort, surplus] = words;
  if (!new RegExp(`^(?:${ACTIONS})$`).test(action)) return broken(`"${action}" is not the action of a rule`);
  const isShort = words.length === 2;
  if (!isShort && (destinationPort === undefined || surplus !== undefined || !/^(?:->|<>|<-)$/.test(direction ?? ''))) {
    return broken('the header is not ACTION PROTOCOL ADDRESS PORT -> ADDRESS PORT');
  }
  return {
    file,
    line,
    text,
    action,
    protocol: protocol.toLowerCase(),
    source: source ?? 'any',
    sourcePort: sourcePort ?? 'any',
    direction: direction ?? '->',
    destination: destination ?? 'any',
    destinationPort: destinationPort ?? 'any',
    options,
  };
}

/** White space inside of a list in brackets does not separate words. */
function headerWords(header: string): string[] {
  let depth = 0;
  let joined = '';
  for (const char of header) {
    if (char === '[') depth++;
    if (char === ']') depth--;
    if (depth === 0 || !/\s/.test(char)) joined += char;
  }
  return joined.trim().split(/\s+/);
}

/** At each `;` that stands neither in quotes nor behind a backslash. */
function splitOptions(body: string): SnortOption[] | string {
  const options: SnortOption[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < body.length; at++) {
    const char = body[at];
    if (char === '\\') at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === ';' && !isQuoted) {
      const written = body.slice(start, at).trim();
      start = at + 1;
      if (written !== '') options.push(optionOf(written));
    }
  }
  if (isQuoted) return 'a quote is never closed';
  return body.slice(start).trim() === '' ? options : `"${body.slice(start).trim()}" does not end in ;`;
}

function optionOf(written: string): SnortOption {
  const colon = written.indexOf(':');
  if (colon === -1) return { name: written.toLowerCase(), value: undefined };
  return { name: written.slice(0, colon).trim().toLowerCase(), value: written.slice(colon + 1).trim() };
}
