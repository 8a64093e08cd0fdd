import type { ActionParts } from '@sallyport/engine';
import type { SnortOption } from './rule.ts';

/** Priorities of Snort's classification.config: 1 is worst. */
const classPriorities: Readonly<Record<string, number>> = {
  __proto__: null as never,
  'attempted-admin': 1,
  'attempted-user': 1,
  'inappropriate-content': 1,
  'policy-violation': 1,
  'shellcode-detect': 1,
  'successful-admin': 1,
  'successful-user': 1,
  'trojan-activity': 1,
  'unsuccessful-user': 1,
  'web-application-attack': 1,
  'file-format': 1,
  'malware-cnc': 1,
  'client-side-exploit': 1,
  'command-and-control': 1,
  'exploit-kit': 1,
  'credential-theft': 1,
  'attempted-dos': 2,
  'attempted-recon': 2,
  'bad-unknown': 2,
  'default-login-attempt': 2,
  'denial-of-service': 2,
  'misc-attack': 2,
  'non-standard-protocol': 2,
  'rpc-portmap-decode': 2,
  'successful-dos': 2,
  'successful-recon-largescale': 2,
  'successful-recon-limited': 2,
  'suspicious-filename-detect': 2,
  'suspicious-login': 2,
  'system-call-detect': 2,
  'unusual-client-port-connection': 2,
  'web-application-activity': 2,
  sdf: 2,
  'icmp-event': 3,
  'misc-activity': 3,
  'network-scan': 3,
  'not-suspicious': 3,
  'protocol-command-decode': 3,
  'string-detect': 3,
  unknown: 3,
  'tcp-connection': 4,
};

const severities = ['CRITICAL', 'ERROR', 'WARNING', 'NOTICE'] as const;

/** `msg`, `rev`, `severity` and tags of a rule. */
export function metadataOf(options: readonly SnortOption[]): readonly ActionParts[] {
  const actions: ActionParts[] = [];
  const message = last(options, 'msg');
  if (message !== undefined) actions.push(['msg', unquoted(message)]);
  const revision = last(options, 'rev');
  if (revision !== undefined) actions.push(['rev', revision]);
  const classtype = last(options, 'classtype');
  const priority = Number(
    last(options, 'priority') ?? (classtype === undefined ? 3 : (classPriorities[classtype] ?? 3)),
  );
  actions.push(['severity', severities[Math.min(Math.max(priority, 1), 4) - 1] ?? 'NOTICE']);
  if (classtype !== undefined) actions.push(['tag', `classtype/${classtype}`]);
  for (const { name, value } of options) {
    if (name === 'reference' && value !== undefined) {
      actions.push(['tag', `reference/${unquoted(value).replace(/\s*,\s*/, '/')}`]);
    }
  }
  return actions;
}

function last(options: readonly SnortOption[], name: string): string | undefined {
  return options.findLast((option) => option.name === name)?.value;
}

/** Without the quotes and their escapes; `%{` would be a macro. */
function unquoted(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  return inner.replace(/\\(.)/gs, '$1').replaceAll('%{', '% {');
}
