/**
 * Every path a configuration names, found by the types of its keys: a key that is a file name or a folder is in the list by being
 * one.
 */
import type { Config } from '../config/config.ts';
import { type Field, yamlName } from '../config/field.ts';
import { CONFIG_TABLE } from '../config/schema.ts';
import type { NeededPath } from './needed-path.ts';

/** Keys below which the gate writes. */
const WRITTEN =
  /^(logs\.(access|error|errors_by_tag|audit|slow_requests)|tmp_dir|run_dir|state_dir|acme\.storage|collections\.path|floods\.(shared_dir|hooks\.nftables))\b/;
/** Paths on other machines, or in what is their jail. */
const ELSEWHERE = /\.app_root$/;

export function configPaths(config: Config): readonly NeededPath[] {
  return [...inTable(CONFIG_TABLE, config, ''), ...programs(config), ...sockets(config)];
}

type AnyTable = Readonly<Record<string, Field<unknown>>>;

function inTable(table: object, value: object, before: string): readonly NeededPath[] {
  // Tables have one field for each key of what they describe.
  return Object.entries(table as AnyTable).flatMap(([key, { type }]) => {
    const own = (value as Readonly<Record<string, unknown>>)[key];
    const name = before === '' ? yamlName(key) : `${before}.${yamlName(key)}`;
    if (type.fields !== undefined) return inSections(type.fields, own, name);
    return /\b(file name|folder)/.test(type.label) ? named(own, name) : [];
  });
}

/** A section, or a list or map of them. */
function inSections(fields: object, value: unknown, name: string): readonly NeededPath[] {
  if (value instanceof Map)
    return [...value].flatMap(([key, one]) => inSections(fields, one, `${name}.${String(key)}`));
  if (Array.isArray(value)) return value.flatMap((one, at) => inSections(fields, one, `${name}[${at}]`));
  return typeof value === 'object' && value !== null ? inTable(fields, value, name) : [];
}

function named(value: unknown, name: string): readonly NeededPath[] {
  if (value instanceof Map) return [...value].flatMap(([key, one]) => named(one, `${name}.${String(key)}`));
  if (Array.isArray(value)) return value.flatMap((one) => named(one, name));
  if (typeof value !== 'string' || !value.startsWith('/') || ELSEWHERE.test(name)) return [];
  return [{ path: value, use: WRITTEN.test(name) ? 'write' : 'read', why: name }];
}

function programs({ logs }: Config): readonly NeededPath[] {
  return logs.access.flatMap(({ program }, at) => {
    const [path = ''] = program;
    return path.startsWith('/') ? [{ path, use: 'run', why: `logs.access[${at}].program` } as const] : [];
  });
}

function sockets({ upstreams }: Config): readonly NeededPath[] {
  return [...upstreams].flatMap(([name, { urls }]) =>
    urls.flatMap(({ url }) => {
      const path = /^(?:fastcgi:)?unix:([^:]+)/.exec(url)?.[1];
      return path === undefined ? [] : [{ path, use: 'connect', why: `upstreams.${name}.urls` } as const];
    }),
  );
}
