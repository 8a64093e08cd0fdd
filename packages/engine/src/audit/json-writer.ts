/** A JSON value; members that are `undefined` are left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | Pairs
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** An object whose keys may repeat, in order. */
export class Pairs {
  readonly entries: readonly (readonly [name: string, value: JsonValue])[];

  constructor(entries: readonly (readonly [name: string, value: JsonValue])[]) {
    this.entries = entries;
  }
}

export function pairs(entries: readonly (readonly [name: string, value: JsonValue])[]): Pairs {
  return new Pairs(entries);
}

const NOT_ASCII = /[\x7f-\uffff]/;

/** JSON in ASCII only: everything else becomes `\uhhhh`. */
export function writeJson(value: JsonValue): string {
  const text = write(value);
  return NOT_ASCII.test(text) ? asciiOnly(text) : text;
}

/** What has no repeated keys anywhere in it is written by `JSON.stringify` in one go, an order of magnitude faster. */
function write(value: JsonValue): string {
  if (typeof value !== 'object' || !hasPairs(value)) return JSON.stringify(value);
  if (value instanceof Pairs) return members(value.entries);
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  return members(Object.entries(value));
}

function hasPairs(value: object): boolean {
  if (value instanceof Pairs) return true;
  for (const member of Object.values(value)) if (typeof member === 'object' && hasPairs(member)) return true;
  return false;
}

/** `Array.isArray` does not narrow a readonly list. */
function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function members(entries: readonly (readonly [string, JsonValue | undefined])[]): string {
  let text = '';
  for (const [name, member] of entries) {
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${write(member)}`;
  }
  return `{${text}}`;
}

function asciiOnly(text: string): string {
  let out = '';
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x7f) continue;
    out += `${text.slice(from, index)}\\u${code.toString(16).padStart(4, '0')}`;
    from = index + 1;
  }
  return out + text.slice(from);
}
