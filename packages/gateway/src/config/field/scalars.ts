import { isScalar, type ParsedNode } from 'yaml';
import { closest } from '../closest.ts';
import { expandEnvironment } from '../environment.ts';
import type { Reader, ValueType } from './value-type.ts';

/** Text, environment variables filled in. `check` gives what is wrong with one. */
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

/** `true` or `false` as YAML 1.2 has them. */
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

/** Both ends may be taken. */
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

/** One of a few words. */
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

/** Text or a number, with the variables it names filled in; undefined after a report. `wanted`: what is expected here. */
export function scalarText(node: ParsedNode, reader: Reader, wanted: string): string | undefined {
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
