/** What `setvar`, `expirevar` and `deprecatevar` say, taken apart. Offsets count in the argument. */
export interface VariableAssignment {
  readonly kind: 'set' | 'add' | 'subtract' | 'remove';
  /** Upper-case. */
  readonly collection: string;
  /** As written; may contain macros. */
  readonly key: string;
  readonly keyOffset: number;
  /** Value without sign; `1` when none is written. */
  readonly value: string;
}

/** Undefined for text that names no variable; the loader has reported that. */
export function parseAssignment(argument: string): VariableAssignment | undefined {
  const start = argument.startsWith('!') ? 1 : 0;
  const dot = argument.indexOf('.', start);
  if (dot <= start) return undefined;
  const collection = argument.slice(start, dot).toUpperCase();
  const equals = equalsOutsideMacros(argument, dot + 1);
  const key = argument.slice(dot + 1, equals === -1 ? undefined : equals);
  if (key === '') return undefined;
  const place = { collection, key, keyOffset: dot + 1 };
  if (start === 1) return { ...place, kind: 'remove', value: '' };
  if (equals === -1) return { ...place, kind: 'set', value: '1' };
  const value = argument.slice(equals + 1).trimStart();
  if (value.startsWith('+')) return { ...place, kind: 'add', value: value.slice(1) };
  if (value.startsWith('-')) return { ...place, kind: 'subtract', value: value.slice(1) };
  return { ...place, kind: 'set', value };
}

function equalsOutsideMacros(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '=') return at;
    if (!text.startsWith('%{', at)) continue;
    const close = text.indexOf('}', at);
    if (close !== -1) at = close;
  }
  return -1;
}
