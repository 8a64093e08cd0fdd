import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Waf, WafOptions } from '../../packages/engine/src/contract.ts';
import { createWaf } from '../../packages/engine/src/index.ts';
import { nodeFiles } from '../../packages/engine/src/node/index.ts';

const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** Where the Core Rule Set is: the folder with `crs-setup.conf.example` and `rules/`. */
export const CORE_RULE_SET: string = join(shared, 'crs');

/** Ends the process with a word of explanation where there is no rule set to measure with. */
export function requireCoreRuleSet(): void {
  if (existsSync(CORE_RULE_SET)) return;
  console.error(`no Core Rule Set in ${CORE_RULE_SET}; set SALLYPORT_SHARED to the folder that holds "crs"`);
  process.exit(1);
}

/** The files of the rule set and what is set around them, as `createWaf` takes them. */
export function coreRuleSetSources(level: number, settings = ''): WafOptions['rules'] {
  return [
    {
      file: 'bench.conf',
      text: `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html text/plain
${settings}
SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=${level}"`,
    },
    join(CORE_RULE_SET, 'crs-setup.conf.example'),
    ...nodeFiles.list(join(CORE_RULE_SET, 'rules/*.conf')),
  ];
}

export function coreRuleSet(level: number, options: Partial<WafOptions> = {}, settings = ''): Waf {
  return createWaf({ ...options, files: nodeFiles, rules: coreRuleSetSources(level, settings) });
}
