/** Directives about floods and slow clients (mod_evasive, mod_qos, mod_reqtimeout) as a part of our configuration. */
import type { RuleSource } from '@sallyport/engine';
import { parseConfig } from '../config/load.ts';
import { evasive } from './apache/evasive.ts';
import { type Item, parseApache } from './apache/parse.ts';
import { qos } from './apache/qos.ts';
import { requestTimeouts } from './apache/request-timeouts.ts';
import { Scope } from './apache/scope.ts';
import type { Topic, Workshop } from './apache/topic.ts';
import { Draft } from './proxy/draft.ts';
import { Ledger } from './proxy/ledger.ts';
import { OldFiles } from './proxy/old-files.ts';
import { RuleFiles } from './proxy/rule-files.ts';
import type { Import } from './report.ts';

/** Everything about traffic, by lower-case name; `import apache` carries it out too. */
export const trafficTopics: Topic = { ...evasive, ...qos, ...requestTimeouts };

/** Sections that hold when the file is of use at all. */
const CONDITIONS = /^(IfModule|IfDefine|IfVersion|IfFile)$/i;

/**
 * The sections of `sallyport.yaml` that the directives of a file become, to be put into a configuration, and an account of every
 * line. Other directives are listed as left out.
 */
export function importEvasive({ file, text }: RuleSource): Import {
  const workshop: Workshop = {
    draft: new Draft(),
    ledger: new Ledger(),
    rules: new RuleFiles(),
    files: new OldFiles(undefined, '/'),
    listens: [],
    formats: new Map(),
    canWriteRules: false,
  };
  take(parseApache(file, text), new Scope('server'), workshop);
  const yaml = workshop.draft.toYaml(
    ` Made by sallyport import evasive from ${file}: sections to put into sallyport.yaml.`,
  );
  const { mistakes } = parseConfig(yaml, 'sallyport.yaml', {});
  if (mistakes.length > 0) throw new Error(mistakes.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
  return { text: yaml, lines: workshop.ledger.lines() };
}

function take(items: readonly Item[], scope: Scope, workshop: Workshop): void {
  const { ledger } = workshop;
  for (const item of items) {
    if (item.kind === 'broken') ledger.leftOut(item.at, item.reason);
    else if (item.kind === 'section') {
      const inner = CONDITIONS.test(item.name) ? scope : new Scope('site', scope, item.at);
      take(item.children, inner, workshop);
    } else {
      const name = item.name.toLowerCase();
      const topic = Object.hasOwn(trafficTopics, name) ? trafficTopics[name] : undefined;
      if (topic === undefined) ledger.leftOut(item.at, 'it is not about floods or slow clients, or has no counterpart');
      else topic(item, scope, workshop);
    }
  }
}
