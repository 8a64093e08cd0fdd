import { actions, ctlOptions } from './actions.ts';
import { directives } from './directives.ts';
import type { Entry } from './entry.ts';
import { operators } from './operators.ts';
import { transformations } from './transformations.ts';
import { variables } from './variables.ts';

export interface Table {
  readonly title: string;
  readonly registry: 'directives' | 'variables' | 'operators' | 'transformations' | 'actions' | 'ctlOptions';
  readonly entries: readonly Entry[];
  /** Names that the compiler itself understands, without a registry. */
  readonly builtIn: readonly RegExp[];
}

export const vocabulary: readonly Table[] = [
  { title: 'Directives', registry: 'directives', entries: directives, builtIn: [] },
  { title: 'Variables', registry: 'variables', entries: variables, builtIn: [/^HTTP_/] },
  { title: 'Operators', registry: 'operators', entries: operators, builtIn: [] },
  { title: 'Transformations', registry: 'transformations', entries: transformations, builtIn: [/^none$/] },
  { title: 'Actions', registry: 'actions', entries: actions, builtIn: [] },
  { title: 'ctl options', registry: 'ctlOptions', entries: ctlOptions, builtIn: [] },
];
