/** `%{NAME}` or `%{NAME.key}` inside a text. */
export interface MacroReference {
  readonly name: string;
  /** What follows the first `.` or `:`; literal, never a pattern. `undefined` without either. */
  readonly key: string | undefined;
  /** Index of the `%`. */
  readonly offset: number;
  /** From the `%` to the `}`, both included. */
  readonly length: number;
}

/**
 * Splits a text at its macros: literal pieces, none of them empty, and references, in order. A `%{` that no `}`
 * follows is literal text; its index is given to `onUnclosed`. Macros do not nest: the first `}` ends one, and nothing in an
 * expanded value is looked at again.
 */
export function parseMacros(text: string, onUnclosed?: (offset: number) => void): readonly (string | MacroReference)[] {
  const parts: (string | MacroReference)[] = [];
  let literalStart = 0;
  for (let at = text.indexOf('%{'); at !== -1; at = text.indexOf('%{', literalStart)) {
    const close = text.indexOf('}', at + 2);
    if (close === -1) {
      for (let open = at; open !== -1; open = text.indexOf('%{', open + 2)) onUnclosed?.(open);
      break;
    }
    if (at > literalStart) parts.push(text.slice(literalStart, at));
    parts.push({ ...splitReference(text.slice(at + 2, close)), offset: at, length: close + 1 - at });
    literalStart = close + 1;
  }
  if (literalStart < text.length) parts.push(text.slice(literalStart));
  return parts;
}

/** ModSecurity 2 and Coraza separate with `.` only; ModSecurity 3 takes `:` as well, which no variable name contains. */
function splitReference(text: string): { readonly name: string; readonly key: string | undefined } {
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === '.' || char === ':') return { name: text.slice(0, index), key: text.slice(index + 1) };
  }
  return { name: text, key: undefined };
}
