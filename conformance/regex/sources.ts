import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import type { Node } from '../../packages/engine/src/seclang/ast.ts';
import { Diagnostics } from '../../packages/engine/src/seclang/diagnostics.ts';
import { parseSecLang } from '../../packages/engine/src/seclang/parse.ts';
import { Seeded } from './seeded.ts';

const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** The rule sets whose patterns are compared, and the tests whose requests supply the subjects. */
export const CORE_RULE_SET = join(shared, 'crs', 'rules');
export const CORE_RULE_SET_TESTS = join(shared, 'crs', 'tests');
/** Where Debian's package `modsecurity-crs` installs CRS 3.3. */
export const DEBIAN_RULE_SET = '/usr/share/modsecurity-crs/rules';

/** The distinct patterns of all `@rx` and `!@rx` rules in a folder; `undefined` when the folder is not there. */
export function rulePatterns(folder: string): string[] | undefined {
  if (!existsSync(folder)) return undefined;
  const patterns = new Set<string>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.conf')) continue;
    const diagnostics = new Diagnostics();
    collect(parseSecLang(file, readFileSync(join(folder, file), 'latin1'), diagnostics).nodes, patterns);
  }
  // A macro is expanded before the pattern is compiled; as it stands here it is not what any request sees.
  return [...patterns].filter((pattern) => !pattern.includes('%{'));
}

function collect(nodes: readonly Node[], patterns: Set<string>): void {
  for (const node of nodes) {
    if (node.kind === 'rule' && node.operator.name === 'rx') patterns.add(node.operator.argument);
    if (node.kind === 'block') collect(node.children, patterns);
  }
}

/**
 * The distinct byte strings in the requests of the Core Rule Set's tests: URIs, bodies, header values, and the pieces
 * between separators, each as sent, percent-decoded, and in lower case.
 */
export function requestStrings(folder: string): string[] | undefined {
  if (!existsSync(folder)) return undefined;
  const strings = new Set<string>(['']);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.yaml')) continue;
    // Byte strings in, byte strings out: the text of the file is UTF-8, its bytes are what is sent.
    visit(parseYaml(readFileSync(join(folder, file), 'utf8')), strings);
  }
  return [...strings];
}

/** Takes every text below `input`. */
function visit(value: unknown, strings: Set<string>, isInput = false): void {
  if (typeof value === 'string' && isInput) {
    cut(Buffer.from(value, 'utf8').toString('latin1'), strings);
  } else if (Array.isArray(value)) {
    for (const item of value) visit(item, strings, isInput);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'encoded_request' && typeof item === 'string')
        cut(Buffer.from(item, 'base64').toString('latin1'), strings);
      else visit(item, strings, isInput || key === 'input');
    }
  }
}

function cut(text: string, strings: Set<string>): void {
  for (const separators of [/$^/, /[&?]/, /[&?=]/, /[&?=/;, ]/, /\r?\n/]) {
    for (const piece of text.split(separators)) {
      const decoded = percentDecoded(piece);
      for (const form of [piece, decoded, decoded.toLowerCase()]) strings.add(form);
    }
  }
}

function percentDecoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Strings of random bytes, most of them few and ASCII. */
export function randomStrings(count: number, seed: number): string[] {
  const random = new Seeded(seed);
  return Array.from({ length: count }, () => {
    const limit = random.pick([128, 128, 256]);
    return Array.from({ length: random.below(random.pick([8, 40, 200])) }, () =>
      String.fromCharCode(random.below(limit)),
    ).join('');
  });
}
