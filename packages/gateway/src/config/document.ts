/** What the table of the configuration says, as JSON Schema and as a reference page. */
import { type Field, type JsonSchema, type Table, yamlName } from './field.ts';
import { CONFIG_TABLE, CONFIG_TYPE } from './schema.ts';

export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'sallyport.yaml',
    ...CONFIG_TYPE.schema,
  };
}

export function configReference(): string {
  const lines = [
    '# Configuration',
    '',
    '`sallyport.yaml`, every key. File names are relative to the file they stand in. An environment variable in braces after a',
    'dollar sign stands for its value, with `:-` for what to take when it is not set: `\u0024{PORT:-8080}`. Times need a unit',
    '(`500 ms`, `30 s`, `10 m`); sizes may have one (`64 KiB`, `10 MB`).',
    '',
    'Generated from the table the program validates with: `sallyport config reference`.',
    '',
  ];
  for (const [key, field] of Object.entries(CONFIG_TABLE as Record<string, Field<unknown>>)) {
    lines.push(`## \`${yamlName(key)}\``, '', field.summary, '');
    if (field.type.fields === undefined) lines.push(`Value: ${field.type.label}. ${defaultOf(field)}.`, '');
    else lines.push('| key | value | default | |', '| --- | --- | --- | --- |', ...rows(field, yamlName(key)), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function rows(field: Field<unknown>, prefix: string): string[] {
  const fields = field.type.fields as Table<Record<string, unknown>> | undefined;
  if (fields === undefined) return [];
  const place = `${prefix}${(field.type.fieldPrefix ?? '').replace(/\.$/, '')}`;
  return Object.entries(fields).flatMap(([key, one]) => {
    const name = `${place}.${yamlName(key)}`;
    if (one.type.fields !== undefined) return rows(one, name);
    return [`| \`${name}\` | ${one.type.label} | ${defaultOf(one)} | ${one.summary.replaceAll('|', '\\|')} |`];
  });
}

function defaultOf(field: Field<unknown>): string {
  if (field.default === undefined) return field.isOptional ? '' : 'required';
  return field.type.print?.(field.default) ?? String(field.default);
}
