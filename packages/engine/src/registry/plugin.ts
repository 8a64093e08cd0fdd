import type { Action } from './action.ts';
import type { BodyProcessor } from './body-processor.ts';
import type { CtlOption } from './ctl.ts';
import type { Directive } from './directive.ts';
import type { Operator } from './operator.ts';
import type { Transformation } from './transformation.ts';
import type { Variable } from './variable.ts';

/** Words of the rule language that come from outside the engine. They are ordinary words: same contracts, same registry. */
export interface Plugin {
  /** Names the plugin in error messages, for example `acme-sessions`. */
  readonly name: string;
  readonly operators?: readonly Operator[];
  readonly transformations?: readonly Transformation[];
  readonly variables?: readonly Variable[];
  readonly actions?: readonly Action[];
  readonly directives?: readonly Directive[];
  readonly ctlOptions?: readonly CtlOption[];
  readonly bodyProcessors?: readonly BodyProcessor[];
}

/** A plugin cannot be used: a name it defines is taken, or no rule could ever write it. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
}
