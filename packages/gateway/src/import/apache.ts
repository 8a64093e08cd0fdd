/** A configuration of Apache httpd as a configuration of the gate, with an account of every directive. */
import { dirname } from 'node:path';
import { convertApache } from './apache/conversion.ts';
import { Expansion, environmentOf } from './apache/expand.ts';
import type { Workshop } from './apache/topic.ts';
import { Draft } from './proxy/draft.ts';
import { finishDraft } from './proxy/finish-draft.ts';
import { Ledger } from './proxy/ledger.ts';
import { OldFiles, oldName } from './proxy/old-files.ts';
import type { ProxyImport, ProxyImportOptions } from './proxy/result.ts';
import { RuleFiles } from './proxy/rule-files.ts';

/** Rejects with an error of the system when `file` itself cannot be read; what it includes is accounted for line by line. */
export async function importApache(file: string, options: ProxyImportOptions = {}): Promise<ProxyImport> {
  const name = oldName(file, options.root);
  const ledger = new Ledger();
  const rules = new RuleFiles();
  const folder = dirname(name).replace(/\/(sites|conf|mods)-(enabled|available)$/, '');
  const start = new OldFiles(options.root, folder);
  const serverRoot = /^\s*ServerRoot\s+"?([^"\n]+?)"?\s*$/im.exec(start.read(name))?.[1];
  const files = serverRoot === undefined ? start : new OldFiles(options.root, serverRoot);
  const workshop: Workshop = {
    draft: new Draft(),
    ledger,
    rules,
    files,
    listens: [],
    formats: new Map(),
    canWriteRules: options.rulesFile !== undefined,
  };
  const nodes = new Expansion(files, ledger, environmentOf(files)).file(name);
  convertApache(nodes, workshop);
  return await finishDraft(workshop, options, `Made by sallyport import apache from ${name}.`);
}
