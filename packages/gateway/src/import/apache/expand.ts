/** Includes, definitions and conditions: from files to the directives that are in force, as httpd walks them. */
import type { Ledger } from '../proxy/ledger.ts';
import type { OldFiles } from '../proxy/old-files.ts';
import type { Statement } from '../proxy/statement.ts';
import { type Directive, type Item, parseApache, type Section } from './parse.ts';

/** Directives and sections with variables put in; conditions and includes are gone. */
export type Node = Directive | RuleFile | NodeSection;

export type NodeSection = Omit<Section, 'children'> & { readonly children: readonly Node[] };

/** A file with nothing but rules of ModSecurity: such files are used as they are. */
export interface RuleFile {
  readonly kind: 'rules';
  /** As the old server knows it. */
  readonly name: string;
  readonly text: string;
  readonly at: Statement;
}

/** httpd stops at this depth too. */
const MAX_DEPTH = 128;

/** Compiled into every httpd, or into Debian's. */
const BUILT_IN = ['core', 'so', 'http', 'log_config', 'logio', 'version', 'watchdog', 'unixd', 'mpm_event'];

export class Expansion {
  readonly #files: OldFiles;
  readonly #ledger: Ledger;
  readonly #variables: Map<string, string>;
  /** `ssl_module` and `mod_ssl.c`; undefined while nothing was loaded: then a part of a configuration is read. */
  #modules: Set<string> | undefined;

  constructor(files: OldFiles, ledger: Ledger, variables: ReadonlyMap<string, string>) {
    this.#files = files;
    this.#ledger = ledger;
    this.#variables = new Map(variables);
  }

  /** Throws when the file cannot be read. */
  file(name: string): readonly Node[] {
    return this.#walk(parseApache(name, this.#files.read(name)), [name]);
  }

  /** `within`: the files that are being read, each included by the one before it. */
  #walk(items: readonly Item[], within: readonly string[]): readonly Node[] {
    return items.flatMap((item) => this.#item(item, within));
  }

  #item(item: Item, within: readonly string[]): readonly Node[] {
    this.#ledger.enter(item.at);
    switch (item.kind) {
      case 'broken':
        this.#ledger.leftOut(item.at, item.reason);
        return [];
      case 'section':
        return this.#section(item, within);
      case 'directive':
        return this.#directive(item, within);
    }
  }

  #directive(item: Directive, within: readonly string[]): readonly Node[] {
    // Patterns of rules have dollars and braces of their own.
    const isRule = /^Sec[A-Z]/i.test(item.name);
    const args = isRule ? item.args : item.args.map((arg) => this.#expand(arg, item.at));
    const [first = '', second = ''] = args;
    switch (item.name.toLowerCase()) {
      case 'include':
      case 'includeoptional':
        return this.#include(item, first, within);
      case 'define':
        this.#variables.set(first, second);
        this.#ledger.carried(item.at, `\${${first}} is put in`);
        return [];
      case 'undefine':
        this.#variables.delete(first);
        this.#ledger.carried(item.at, `\${${first}} is not put in any more`);
        return [];
      case 'loadmodule':
        this.#modules ??= new Set(BUILT_IN.flatMap((name) => [`${name}_module`, `mod_${name}.c`, `${name}.c`]));
        this.#modules.add(first).add(second.replace(/^.*\//, '').replace(/\.so$/, '.c'));
        this.#ledger.leftOut(item.at, 'modules: what the gate can do is always there');
        return [];
      default:
        return [{ ...item, args, rest: isRule ? item.rest : this.#expand(item.rest, item.at) }];
    }
  }

  #section(item: Section, within: readonly string[]): readonly Node[] {
    const args = item.args.map((arg) => this.#expand(arg, item.at));
    const [condition = ''] = args;
    switch (item.name.toLowerCase()) {
      case 'ifmodule':
        return this.#conditional(item, within, this.#hasModule(condition));
      case 'ifdefine':
        return this.#conditional(
          item,
          within,
          isTrue(condition, (name) => this.#variables.has(name)),
        );
      case 'ifversion':
        this.#ledger.noted(item.at, 'taken for true: the version of the old server is not known');
        return this.#conditional(item, within, true);
      case 'ifdirective':
      case 'ifsection':
      case 'iffile':
        this.#ledger.noted(item.at, 'taken for true');
        return this.#conditional(item, within, true);
      default:
        return [{ ...item, args, children: this.#walk(item.children, within) }];
    }
  }

  #conditional({ at, children }: Section, within: readonly string[], holds: boolean): readonly Node[] {
    if (holds) {
      this.#ledger.carried(at, 'the condition holds: what is in it counts');
      return this.#walk(children, within);
    }
    this.#ledger.leftOut(at, 'the condition does not hold');
    this.#leaveOut(children, `not in force: ${at.source} does not hold`);
    return [];
  }

  #leaveOut(items: readonly Item[], reason: string): void {
    for (const item of items) {
      this.#ledger.leftOut(item.at, reason);
      if (item.kind === 'section') this.#leaveOut(item.children, reason);
    }
  }

  #hasModule(condition: string): boolean {
    return isTrue(condition, (name) => this.#modules?.has(name) ?? true);
  }

  #include(item: Directive, pattern: string, within: readonly string[]): readonly Node[] {
    const { at } = item;
    const names = pattern === '' ? [] : this.#files.list(pattern);
    if (names.length === 0) {
      const isOptional = item.name.toLowerCase() === 'includeoptional' || /[*?[]/.test(pattern);
      this.#ledger.leftOut(at, isOptional ? 'no such file' : 'no such file; Apache would not start');
      return [];
    }
    const nodes: Node[] = [];
    for (const name of names) {
      let text: string;
      try {
        if (within.includes(name)) throw new Error('a file that includes itself');
        if (within.length > MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} files within each other`);
        text = this.#files.read(name);
      } catch (cause) {
        this.#ledger.leftOut(at, (cause as Error).message);
        continue;
      }
      const items = parseApache(name, text);
      if (items.length > 0 && items.every(isRuleOnly)) {
        nodes.push({ kind: 'rules', name, text, at });
      } else {
        this.#ledger.carried(at, `read: ${name}`);
        nodes.push(...this.#walk(items, [...within, name]));
      }
    }
    return nodes;
  }

  #expand(text: string, at: Statement): string {
    return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
      const value = this.#variables.get(name);
      if (value === undefined) this.#ledger.noted(at, `the variable ${name} is not defined`);
      return value ?? whole;
    });
  }
}

function isRuleOnly(item: Item): boolean {
  return item.kind === 'directive' && /^Sec[A-Z]/i.test(item.name);
}

function isTrue(condition: string, holds: (name: string) => boolean): boolean {
  return condition.startsWith('!') ? !holds(condition.slice(1)) : holds(condition);
}

/** What `envvars` beside a configuration of Debian exports, as far as it is plain text. */
export function environmentOf(files: OldFiles): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  if (!files.canRead('envvars')) return variables;
  for (const [, name = '', value = ''] of files.read('envvars').matchAll(/^\s*export\s+(\w+)=(\S*)/gm)) {
    variables.set(
      name,
      value.replace(/\$\{?(\w+)\}?/g, (_, other: string) => variables.get(other) ?? '').replace(/^(['"])(.*)\1$/, '$2'),
    );
  }
  return variables;
}
