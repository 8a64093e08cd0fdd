import { parseConfig } from '../../config/load.ts';
import type { Draft } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { ProxyImport, ProxyImportOptions } from './result.ts';
import type { RuleFiles } from './rule-files.ts';

interface Parts {
  readonly draft: Draft;
  readonly ledger: Ledger;
  readonly rules: RuleFiles;
}

/** Puts the rules in and writes everything down. Throws when the result is no configuration: a mistake of the importer. */
export async function finishDraft(
  { draft, ledger, rules }: Parts,
  { rulesFile }: ProxyImportOptions,
  comment: string,
): Promise<ProxyImport> {
  const gathered = await rules.gather();
  for (const [statement, reason] of gathered.refused) ledger.leftOut(statement, `the rules do not load: ${reason}`);
  const files = gathered.text === '' || rulesFile === undefined ? gathered.files : [rulesFile];
  if (files.length > 0) draft.set('rules', 'files', files);
  else draft.set('rules', 'engine', 'DetectionOnly');
  if (gathered.text !== '')
    for (const statement of gathered.written) ledger.carried(statement, `rules.files: ${rulesFile}`);
  const isShut = !draft.hasListeners;
  if (isShut) draft.listen({ address: '127.0.0.1', port: 8080 });
  const isEmpty = !draft.hasRoutes;
  if (isEmpty) draft.route({ hosts: [], path: '/', more: { answer: 404 } });
  const about = [
    ` ${comment}`,
    ' What became of every line is in the report of the import.',
    ...(isShut ? [' No port could be opened as before, so this one is for this machine only.'] : []),
    ...(isEmpty ? [' Nothing was passed on to an application, so every request is answered with 404.'] : []),
    ...(files.length > 0 ? [] : [' There were no rules: those of the gate only report until rules.engine says On.']),
  ].join('\n');
  const text = draft.toYaml(about);
  const { mistakes } = parseConfig(text, 'sallyport.yaml', {});
  if (mistakes.length > 0) throw new Error(mistakes.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
  return { text, rules: gathered.text === '' ? undefined : gathered.text, lines: ledger.lines() };
}
