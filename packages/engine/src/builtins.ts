import { actions } from './actions/index.ts';
import { bodyProcessors } from './body-processors/index.ts';
import type { Vocabulary } from './compile/vocabulary.ts';
import { ctlOptions } from './ctl/index.ts';
import { directives } from './directives/index.ts';
import { operators } from './operators/index.ts';
import { type Plugin, PluginError } from './registry/plugin.ts';
import { type Named, Registry } from './registry/registry.ts';
import { transformations } from './transformations/index.ts';
import { variables } from './variables/index.ts';

/** The words every rule set can use, and those of the plugins. Throws {@link PluginError} when a name is taken. */
export function createVocabulary(plugins: readonly Plugin[] = []): Vocabulary {
  return {
    actions: extend('action', actions, plugins, (plugin) => plugin.actions),
    bodyProcessors: extend('body processor', bodyProcessors.map(withoutAliases), plugins, (plugin) =>
      plugin.bodyProcessors?.map(withoutAliases),
    ),
    ctlOptions: extend('ctl option', ctlOptions, plugins, (plugin) => plugin.ctlOptions),
    directives: extend('directive', directives, plugins, (plugin) => plugin.directives),
    operators: extend('operator', operators, plugins, (plugin) => plugin.operators),
    transformations: extend('transformation', transformations, plugins, (plugin) => plugin.transformations),
    variables: extend('variable', variables, plugins, (plugin) => plugin.variables),
  };
}

/** Body processors have one name only. */
function withoutAliases<T extends { readonly name: string }>(word: T): T & Named {
  return { ...word, aliases: [] };
}

function extend<T extends Named>(
  kind: string,
  builtins: readonly T[],
  plugins: readonly Plugin[],
  wordsOf: (plugin: Plugin) => readonly T[] | undefined,
): Registry<T> {
  const owners = new Map<string, string>();
  for (const word of builtins) for (const name of namesOf(word)) owners.set(name.toLowerCase(), 'the engine');
  const added = plugins.flatMap((plugin) => {
    const words = wordsOf(plugin) ?? [];
    for (const word of words) for (const name of namesOf(word)) claim(kind, name, plugin.name, owners);
    return words;
  });
  return new Registry(kind, [...builtins, ...added]);
}

function claim(kind: string, name: string, owner: string, owners: Map<string, string>): void {
  if (!/^[a-z_]\w*$/i.test(name)) {
    throw new PluginError(
      `plugin "${owner}": "${name}" cannot be written as the name of a rule's ${kind}; use letters, digits and "_"`,
    );
  }
  const other = owners.get(name.toLowerCase());
  if (other !== undefined) {
    const defined = other === owner ? 'it' : other === 'the engine' ? other : `plugin "${other}"`;
    throw new PluginError(`plugin "${owner}": the ${kind} "${name}" is already defined by ${defined}`);
  }
  owners.set(name.toLowerCase(), owner);
}

function namesOf(word: Named): readonly string[] {
  return [word.name, ...word.aliases];
}
