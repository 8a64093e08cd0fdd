import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { ValueType } from './value-type.ts';

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
