import { equalsIgnoreCase } from '../bytes/ascii.ts';
import type { TargetNode } from '../seclang/ast.ts';

/** Whether two targets are written the same way, as far as the language can tell. */
export function isSameTarget(left: TargetNode, right: TargetNode): boolean {
  return (
    equalsIgnoreCase(left.name, right.name) &&
    left.isCount === right.isCount &&
    left.isExclusion === right.isExclusion &&
    left.selector?.kind === right.selector?.kind &&
    equalsIgnoreCase(left.selector?.text ?? '', right.selector?.text ?? '')
  );
}
