import { actions } from './actions/index.ts';
import { bodyProcessors } from './body-processors/index.ts';
import type { Vocabulary } from './compile/vocabulary.ts';
import { ctlOptions } from './ctl/index.ts';
import { directives } from './directives/index.ts';
import { operators } from './operators/index.ts';
import { Registry } from './registry/registry.ts';
import { transformations } from './transformations/index.ts';
import { variables } from './variables/index.ts';

/** The words every rule set can use. */
export function createVocabulary(): Vocabulary {
  return {
    actions: new Registry('action', actions),
    bodyProcessors: new Registry(
      'body processor',
      bodyProcessors.map((processor) => ({ aliases: [], ...processor })),
    ),
    ctlOptions: new Registry('ctl option', ctlOptions),
    directives: new Registry('directive', directives),
    operators: new Registry('operator', operators),
    transformations: new Registry('transformation', transformations),
    variables: new Registry('variable', variables),
  };
}
