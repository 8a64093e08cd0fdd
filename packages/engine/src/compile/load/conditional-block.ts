import type { BlockNode } from '../../seclang/ast.ts';
import type { Diagnostics } from '../../seclang/diagnostics.ts';
import { codes } from '../codes.ts';

/** What ModSecurity is called in `<IfModule>`. */
const OWN_MODULES: readonly string[] = ['security2_module', 'mod_security2.c', 'security3_module'];

/**
 * Whether what stands in a block is loaded. `<IfModule>` of ModSecurity itself is true, of any other module false; nothing is
 * defined for `<IfDefine>`. Other blocks belong to Apache: they are reported, and left out.
 */
export function isBlockLoaded(block: BlockNode, diagnostics: Diagnostics): boolean {
  const condition = block.words[0]?.text ?? '';
  const isNegated = condition.startsWith('!');
  switch (block.name.toLowerCase()) {
    case 'ifmodule': {
      const module = (isNegated ? condition.slice(1) : condition).toLowerCase();
      return OWN_MODULES.includes(module) !== isNegated;
    }
    case 'ifdefine':
      return isNegated;
    default:
      diagnostics.error(
        codes.contextBlock,
        `<${block.name}> belongs to the web server, not to the rule language`,
        block.nameSpan,
        'give rule sets to routes in the configuration of the gateway',
      );
      return false;
  }
}
