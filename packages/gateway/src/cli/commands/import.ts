import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuleSource } from '@sallyport/engine';
import { importApache } from '../../import/apache.ts';
import { importEvasive } from '../../import/evasive.ts';
import { importIngress } from '../../import/ingress-nginx.ts';
import { translateModsec1 } from '../../import/modsec1.ts';
import { importNginx } from '../../import/nginx.ts';
import type { ProxyImport, ProxyImportOptions } from '../../import/proxy/result.ts';
import { type Import, renderImport, renderImportJson } from '../../import/report.ts';
import { convertSnort } from '../../import/snort.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Translate configurations and rules of other systems: Apache, nginx, ingress-nginx, ModSecurity 1.x, Snort.',
  usage: `sallyport import apache|nginx|ingress-nginx FILE [-o OUT] [--root DIR] [--report text|json]
sallyport import evasive FILE [-o OUT] [--report text|json]
sallyport import modsec1 FILE [-o OUT] [--report text|json] [--id-base N]
sallyport import snort FILE... [-o OUT] [--report text|json] [--id-base N]

  FILE          apache, nginx: the main file, or that of a site; ingress-nginx: manifests of Kubernetes; evasive: directives of mod_evasive, mod_qos and
                mod_reqtimeout, which become sections of a configuration; modsec1, snort: rules
  -o, --output  file for the translation; without it the translation is printed and the report goes to standard error.
                Rules within a configuration of Apache or nginx go to a file beside it, sallyport.rules.conf
  --root        apache, nginx: folder that holds a copy of the old machine's files, such as DIR/etc/apache2
  --report      form of the report: what every line became, and what could not be translated and why
  --id-base     modsec1: first id for rules that have none; snort: number that is added to every sid

Lines that cannot be translated are listed and never stop the others. Every rule that is written has been loaded once, and
every configuration that is written has been checked.`,
  run,
};

type ProxyImporter = (file: string, options: ProxyImportOptions) => Promise<ProxyImport>;

const PROXY_IMPORTERS: Readonly<Record<string, ProxyImporter>> = {
  __proto__: null as never,
  apache: importApache,
  nginx: importNginx,
  'ingress-nginx': importIngress,
};

type Importer = (sources: readonly RuleSource[], idBase: number | undefined) => Import;

const IMPORTERS: Readonly<Record<string, { readonly mostFiles: number; readonly convert: Importer }>> = {
  __proto__: null as never,
  evasive: {
    mostFiles: 1,
    convert: ([source]) => {
      if (source === undefined) throw new UsageError('import evasive needs a file');
      return importEvasive(source);
    },
  },
  modsec1: {
    mostFiles: 1,
    convert: ([source], idBase) => {
      if (source === undefined) throw new UsageError('import modsec1 needs a file');
      return translateModsec1(source, idBase);
    },
  },
  snort: { mostFiles: Number.POSITIVE_INFINITY, convert: convertSnort },
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const options = readWords(words);
  try {
    const lines = await (options.proxyImporter === undefined
      ? importRules(options, output)
      : importProxy(options.proxyImporter, options, output));
    const say = options.target === undefined ? output.err : output.out;
    for (const line of options.isJson ? [renderImportJson(lines)] : renderImport(lines)) say(line);
    return 0;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    output.err(cause.message);
    return 1;
  }
}

async function importRules({ importer, files, idBase, target }: Options, output: CommandOutput): Promise<Lines> {
  const sources = files.map((file) => ({ file, text: readFileSync(file, 'latin1') }));
  const result = (importer as Importer)(sources, idBase);
  if (target === undefined) print(result.text, output);
  else writeFileSync(target, result.text, 'latin1');
  return result.lines;
}

async function importProxy(convert: ProxyImporter, options: Options, output: CommandOutput): Promise<Lines> {
  const { files, root, target } = options;
  const rulesPath = target === undefined ? undefined : `${target.replace(/\.ya?ml$/i, '')}.rules.conf`;
  const result = await convert(files[0] as string, {
    ...(root !== undefined && { root }),
    ...(rulesPath !== undefined && { rulesFile: basename(rulesPath) }),
  });
  if (target === undefined) print(result.text, output);
  else writeFileSync(target, result.text, 'latin1');
  if (rulesPath !== undefined && result.rules !== undefined) writeFileSync(rulesPath, result.rules, 'latin1');
  return result.lines;
}

function print(text: string, output: CommandOutput): void {
  for (const line of text.split('\n').slice(0, -1)) output.out(line);
}

type Lines = Import['lines'];

interface Options {
  /** One of the two. */
  readonly importer: Importer | undefined;
  readonly proxyImporter: ProxyImporter | undefined;
  readonly root: string | undefined;
  readonly files: readonly string[];
  readonly target: string | undefined;
  readonly isJson: boolean;
  readonly idBase: number | undefined;
}

function readWords(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      report: { type: 'string', default: 'text' },
      'id-base': { type: 'string' },
      root: { type: 'string' },
    },
  });
  const [kind, ...files] = positionals;
  const importer = kind !== undefined && Object.hasOwn(IMPORTERS, kind) ? IMPORTERS[kind] : undefined;
  const proxyImporter = kind !== undefined && Object.hasOwn(PROXY_IMPORTERS, kind) ? PROXY_IMPORTERS[kind] : undefined;
  if (importer === undefined && proxyImporter === undefined) {
    const kinds = [...Object.keys(PROXY_IMPORTERS), ...Object.keys(IMPORTERS)].join(', ');
    throw new UsageError(kind === undefined ? `say what to import: ${kinds}` : `cannot import "${kind}"`);
  }
  if (files.length === 0) throw new UsageError(`import ${kind} needs a file`);
  if (files.length > (importer?.mostFiles ?? 1)) throw new UsageError(`import ${kind} takes one file`);
  if (proxyImporter === undefined && values.root !== undefined) throw new UsageError('--root is for apache and nginx');
  if (proxyImporter !== undefined && values['id-base'] !== undefined)
    throw new UsageError('--id-base is for modsec1 and snort');
  if (values.report !== 'text' && values.report !== 'json') throw new UsageError('--report is text or json');
  const idBase = values['id-base'];
  if (idBase !== undefined && !/^[1-9]\d{0,8}$/.test(idBase)) throw new UsageError(`--id-base ${idBase}: not a number`);
  return {
    importer: importer?.convert,
    proxyImporter,
    root: values.root,
    files,
    target: values.output,
    isJson: values.report === 'json',
    idBase: idBase === undefined ? undefined : Number(idBase),
  };
}
