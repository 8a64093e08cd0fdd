/** Apache's `CustomLog` line, as it stands in a httpd.conf. */

export interface CustomLog {
  /** File, or program and arguments behind a `|`. */
  readonly target: string;
  /** Format or nickname. */
  readonly format: string;
  /** `env=NAME` or `env=!NAME`. */
  readonly condition: string | undefined;
}

/** Undefined when the text is none. Throws an `Error` when it begins like one and cannot be read. */
export function parseCustomLog(text: string): CustomLog | undefined {
  const start = /^\s*CustomLog\s+/i.exec(text)?.[0];
  if (start === undefined) return undefined;
  const words = apacheWords(text.slice(start.length));
  const [target, format = 'common', condition, ...more] = words;
  if (target === undefined) throw new Error('CustomLog needs a file');
  if (more.length > 0) throw new Error(`there is too much behind CustomLog: "${more.join(' ')}"`);
  return { target, format, condition };
}

/** Words as httpd reads them: in quotes of either kind, where a backslash takes the quote or a backslash, or up to a blank. */
function apacheWords(text: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (char === ' ' || char === '\t') {
      at++;
      continue;
    }
    let word = '';
    if (char === '"' || char === "'") {
      for (at++; text[at] !== char; at++) {
        if (at >= text.length) throw new Error('a quote is never closed');
        if (text[at] === '\\' && (text[at + 1] === char || text[at + 1] === '\\')) at++;
        word += text[at];
      }
      at++;
    } else {
      while (at < text.length && text[at] !== ' ' && text[at] !== '\t') word += text[at++];
    }
    words.push(word);
  }
  return words;
}
