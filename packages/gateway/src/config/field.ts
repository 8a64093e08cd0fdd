/**
 * What a value in the configuration may look like. A `ValueType` reads a YAML node, explains itself to people and gives
 * its JSON Schema, so that validation, reference page and editor support come from one place.
 */
import { isMap, isScalar, isSeq, type Node, type ParsedNode } from 'yaml';
import { closest } from './closest.ts';
import { type Environment, expandEnvironment } from './environment.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What reading needs besides the node: where mistakes go, and the variables `${NAME}` stands for. */
export interface Reader {
  readonly environment: Environment;
  report(node: Node | undefined, message: string): void;
}

export interface ValueType<T> {
  /** For people: `size, for example 10 MiB`. */
  readonly label: string;
  readonly schema: JsonSchema;
  /** The value, or undefined after a report. */
  read(node: ParsedNode, reader: Reader): T | undefined;
  /** How a default is written in the reference page. */
  print?(value: T): string;
  /** Set where the value is a section (or list or map of sections) with fields of its own. */
  readonly fields?: Table<never>;
  /** `routes[].` for a list, `upstreams.<name>.` for a map. */
  readonly fieldPrefix?: string;
}

export interface Field<T> {
  readonly type: ValueType<T>;
  /** One sentence or two for the reference page. */
  readonly summary: string;
  /** Value when the key is absent. A field with neither this nor `isOptional` is required. */
  readonly default?: T;
  readonly isOptional?: true;
}

type Present<T> = Exclude<T, undefined>;

/** One field for every key of `T`; the compiler notices a key without one. */
export type Table<T> = { readonly [K in keyof T]-?: Field<Present<T[K]>> };

/** `requestBodyLimit` is written `request_body_limit` in YAML. */
export function yamlName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function scalarText(node: ParsedNode, reader: Reader, wanted: string): string | undefined {
  if (isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number')) {
    const text = String(node.value);
    if (!text.includes('${')) return text;
    const expanded = expandEnvironment(text, reader.environment);
    if ('text' in expanded) return expanded.text;
    reader.report(node, `the environment variable ${expanded.missing} is not set`);
    return undefined;
  }
  reader.report(node, `expected ${wanted}`);
  return undefined;
}

export function text(label: string = 'text', check?: (value: string) => string | undefined): ValueType<string> {
  return {
    label,
    schema: { type: 'string' },
    read(node, reader) {
      const value = scalarText(node, reader, label);
      if (value === undefined) return undefined;
      const mistake = check?.(value);
      if (mistake === undefined) return value;
      reader.report(node, mistake);
      return undefined;
    },
  };
}

export function flag(): ValueType<boolean> {
  return {
    label: '`true` or `false`',
    schema: { type: 'boolean' },
    read(node, reader) {
      if (isScalar(node) && typeof node.value === 'boolean') return node.value;
      reader.report(node, 'expected true or false');
      return undefined;
    },
  };
}

export function integer(minimum: number, maximum: number): ValueType<number> {
  const label = `whole number from ${minimum} to ${maximum}`;
  return {
    label,
    schema: { type: 'integer', minimum, maximum },
    read(node, reader) {
      const written = scalarText(node, reader, `a ${label}`);
      if (written === undefined) return undefined;
      const value = written.trim() === '' ? Number.NaN : Number(written);
      if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
      reader.report(node, `expected a ${label}`);
      return undefined;
    },
  };
}

/** Text with a unit, as bytes or milliseconds. `zero` says what a plain 0 means, where it means something. */
function quantity(
  what: string,
  example: string,
  units: readonly (readonly [unit: string, factor: number])[],
  fallbackUnit: string | undefined,
): ValueType<number> {
  const label = `${what}, for example ${example}`;
  const factors = new Map(units.map(([unit, factor]) => [unit.toLowerCase(), factor]));
  return {
    label,
    schema: { type: ['string', 'integer'] },
    read(node, reader) {
      const written = scalarText(node, reader, label);
      if (written === undefined) return undefined;
      const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)$/.exec(written.trim());
      const amount = Number(parts?.[1]);
      const unit = (parts?.[2] || (amount === 0 ? units[0]?.[0] : fallbackUnit) || '').toLowerCase();
      const factor = factors.get(unit);
      if (parts !== null && factor !== undefined) return Math.round(amount * factor);
      reader.report(node, `expected a ${label}; units: ${units.map(([one]) => one).join(', ')}`);
      return undefined;
    },
    print(value) {
      for (const [unit, factor] of units.toReversed()) {
        if (value !== 0 && value % factor === 0) return `${value / factor} ${unit}`;
      }
      return String(value);
    },
  };
}

/** Units of sizes, smallest first, with their bytes. */
export const SIZE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['B', 1],
  ['kB', 1000],
  ['KiB', 1024],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
];

const TIME_UNITS = [
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
] as const;

/** Bytes. A number without unit counts bytes. */
export function size(): ValueType<number> {
  return quantity('size', '`10 MiB`', SIZE_UNITS, 'B');
}

/** Milliseconds. A unit must be written: `30` could mean either. */
export function duration(): ValueType<number> {
  return quantity('time', '`30 s`', TIME_UNITS, undefined);
}

export function choice<const T extends string>(...options: readonly T[]): ValueType<T> {
  const label = options.map((one) => `\`${one}\``).join(', ');
  return {
    label,
    schema: { enum: options },
    read(node, reader) {
      // YAML readers of version 1.1 take `on` and `off` for booleans and people write both, so case and quotes do not matter.
      const written = scalarText(node, reader, `one of ${options.join(', ')}`);
      if (written === undefined) return undefined;
      const found = options.find((one) => one.toLowerCase() === written.toLowerCase());
      if (found !== undefined) return found;
      const near = closest(written, options);
      reader.report(node, `"${written}" is not one of ${options.join(', ')}${near ? `; did you mean "${near}"?` : ''}`);
      return undefined;
    },
  };
}

/** A list; a single value may be written without the brackets. */
export function listOf<T>(item: ValueType<T>): ValueType<readonly T[]> {
  return {
    label: `list of ${item.label}`,
    // Sections can be written alone too, but only where one word makes a section somebody would.
    schema:
      item.fields !== undefined && item.schema['anyOf'] === undefined
        ? { type: 'array', items: item.schema }
        : { anyOf: [item.schema, { type: 'array', items: item.schema }] },
    ...(item.fields !== undefined ? { fields: item.fields, fieldPrefix: `[].${item.fieldPrefix ?? ''}` } : {}),
    read(node, reader) {
      const nodes = isSeq(node) ? (node.items as ParsedNode[]) : [node];
      const values = nodes.map((one) => item.read(one, reader));
      return values.includes(undefined) ? undefined : (values as T[]);
    },
    print: (values) =>
      values.length === 0 ? 'none' : values.map((one) => item.print?.(one) ?? String(one)).join(', '),
  };
}

/** Names chosen by the user, each with a value. */
export function mapOf<T>(
  item: ValueType<T>,
  checkName?: (name: string) => string | undefined,
): ValueType<ReadonlyMap<string, T>> {
  return {
    label: `names, each with ${item.label}`,
    schema: { type: 'object', additionalProperties: item.schema },
    ...(item.fields !== undefined ? { fields: item.fields, fieldPrefix: `.<name>.${item.fieldPrefix ?? ''}` } : {}),
    read(node, reader) {
      if (!isMap(node)) {
        reader.report(node, 'expected names, each with settings below it');
        return undefined;
      }
      const values = new Map<string, T>();
      let isComplete = true;
      for (const pair of node.items) {
        const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
        const mistake = checkName?.(name);
        if (mistake !== undefined) reader.report(pair.key as ParsedNode, mistake);
        const value = pair.value === null ? undefined : item.read(pair.value as ParsedNode, reader);
        if (value === undefined || mistake !== undefined) isComplete = false;
        else values.set(name, value);
      }
      return isComplete ? values : undefined;
    },
    print: () => 'none',
  };
}

/**
 * A group of named fields. Where one field says it all, `shorthand` turns a plain value into the group
 * (`app: http://127.0.0.1:3000`).
 */
export function section<T extends object>(table: Table<T>, shorthand?: keyof T & string): ValueType<T> {
  const keys = Object.keys(table) as (keyof T & string)[];
  const byYamlName = new Map(keys.map((key) => [yamlName(key), key]));
  const properties = Object.fromEntries(keys.map((key) => [yamlName(key), fieldSchema(table[key])]));
  const required = keys.filter((key) => isRequired(table[key])).map(yamlName);
  const group: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length && { required }),
  };

  return {
    label: 'settings',
    schema: shorthand ? { anyOf: [table[shorthand].type.schema, group] } : group,
    fields: table as unknown as Table<never>,
    read(node, reader) {
      const values = new Map<string, unknown>();
      let isComplete = true;
      const take = (key: keyof T & string, value: ParsedNode): void => {
        const read = table[key].type.read(value, reader);
        if (read === undefined) isComplete = false;
        else values.set(key, read);
      };

      if (isMap(node)) {
        for (const pair of node.items) {
          const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
          const key = byYamlName.get(name);
          if (key === undefined) {
            const near = closest(name, [...byYamlName.keys()]);
            reader.report(pair.key as ParsedNode, `unknown key "${name}"${near ? `; did you mean "${near}"?` : ''}`);
            isComplete = false;
          } else if (pair.value !== null && !(isScalar(pair.value) && pair.value.value === null)) {
            take(key, pair.value as ParsedNode);
          }
        }
      } else if (shorthand !== undefined && (isScalar(node) || isSeq(node))) {
        take(shorthand, node);
      } else {
        reader.report(node, 'expected settings, one per line');
        return undefined;
      }

      for (const key of keys) {
        if (values.has(key)) continue;
        const field: Field<unknown> = table[key];
        if (field.default !== undefined) values.set(key, field.default);
        else if (isRequired(field) && isComplete) {
          reader.report(node, `missing key "${yamlName(key)}"`);
          isComplete = false;
        }
      }
      return isComplete ? (Object.fromEntries(values) as T) : undefined;
    },
  };
}

/** The group with every field at its default; only for tables without required fields. */
export function defaultsOf<T extends object>(table: Table<T>): T {
  const entries = Object.entries(table as Record<string, Field<unknown>>)
    .filter(([, field]) => field.default !== undefined)
    .map(([key, field]) => [key, field.default]);
  return Object.fromEntries(entries) as T;
}

function isRequired(field: Field<unknown> | Field<never>): boolean {
  return field.default === undefined && field.isOptional !== true;
}

function fieldSchema(field: { readonly type: { readonly schema: JsonSchema }; readonly summary: string }): JsonSchema {
  return { description: field.summary, ...field.type.schema };
}
