/** A file for tests that cannot be understood. */
export class TestFileError extends Error {}

/** The members of a YAML mapping whose scalars were all read as text, with the place for error messages. */
export interface Fields {
  readonly place: string;
  readonly names: string[];
  value(name: string): unknown;
  /** UTF-8 bytes of a text. */
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** An empty mapping when absent. */
  child(name: string): Fields;
}

export function fieldsOf(value: unknown, place: string): Fields {
  if (value !== undefined && value !== null && value !== '' && !isMapping(value)) {
    throw new TestFileError(`${place} is not a mapping`);
  }
  const members: Readonly<Record<string, unknown>> = isMapping(value) ? value : {};
  const text = (name: string): string | undefined => {
    const member = members[name];
    if (member === undefined || member === null) return undefined;
    if (typeof member !== 'string') throw new TestFileError(`${place}: ${name} is not a text`);
    return bytes(member);
  };
  return {
    place,
    names: Object.keys(members),
    value: (name) => members[name],
    text,
    number(name) {
      const written = text(name);
      if (written === undefined || written === '') return undefined;
      if (!/^\d+$/.test(written)) throw new TestFileError(`${place}: ${name} is not a number`);
      return Number(written);
    },
    flag(name) {
      const written = text(name);
      if (written === undefined) return undefined;
      if (written !== 'true' && written !== 'false') throw new TestFileError(`${place}: ${name} is not true or false`);
      return written === 'true';
    },
    child: (name) => fieldsOf(members[name], `${place}: ${name}`),
  };
}

export function listOf(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TestFileError(`${place} is not a list`);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A character string as its UTF-8 bytes. */
export function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
