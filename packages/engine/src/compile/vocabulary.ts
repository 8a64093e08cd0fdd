import type { Action } from '../registry/action.ts';
import type { BodyProcessor } from '../registry/body-processor.ts';
import type { CtlOption } from '../registry/ctl.ts';
import type { Directive } from '../registry/directive.ts';
import type { Operator } from '../registry/operator.ts';
import type { Registry } from '../registry/registry.ts';
import type { Transformation } from '../registry/transformation.ts';
import type { Variable } from '../registry/variable.ts';

/** Every word a configuration may use. Programs add their own words by building a larger vocabulary. */
export interface Vocabulary {
  readonly directives: Registry<Directive>;
  readonly variables: Registry<Variable>;
  readonly operators: Registry<Operator>;
  readonly transformations: Registry<Transformation>;
  readonly actions: Registry<Action>;
  readonly ctlOptions: Registry<CtlOption>;
  readonly bodyProcessors: Registry<BodyProcessor & { readonly aliases: readonly string[] }>;
}
