import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { closest } from '../closest.ts';
import type { Field, JsonSchema, Table, ValueType } from './value-type.ts';

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

/** `requestBodyLimit` is written `request_body_limit` in YAML. */
export function yamlName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isRequired(field: Field<unknown> | Field<never>): boolean {
  return field.default === undefined && field.isOptional !== true;
}

function fieldSchema(field: { readonly type: { readonly schema: JsonSchema }; readonly summary: string }): JsonSchema {
  return { description: field.summary, ...field.type.schema };
}
