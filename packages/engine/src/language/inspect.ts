import { createVocabulary } from '../builtins.ts';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { defaultSettings } from '../compile/default-settings.ts';
import { loadProgram } from '../compile/load/load-program.ts';
import type { Vocabulary } from '../compile/vocabulary.ts';
import type { FileAccess, RuleSource } from '../contract.ts';
import { RegexCache, type RegexOptions } from '../regex/index.ts';
import type { Configuration, DirectiveLine } from '../registry/directive.ts';
import type { Plugin } from '../registry/plugin.ts';
import { Registry } from '../registry/registry.ts';
import type { Services } from '../registry/services.ts';
import type { Inspection } from './inspection.ts';
import { RuleSetRecorder } from './recorder.ts';

/** What every `@rx` is compiled with. */
export const RULE_REGEX_OPTIONS: RegexOptions = { dotAll: true, dollarEndOnly: true };

export interface InspectOptions {
  /** As in `createWaf`: loaded in this order, a string names a file. */
  readonly rules: readonly (RuleSource | string)[];
  readonly files: FileAccess;
  readonly plugins?: readonly Plugin[];
  /** What a server would give; words that need an absent service are errors. */
  readonly services?: Services;
  /** Patterns that are known already. Whoever loads again and again keeps one. */
  readonly regexes?: RegexCache;
}

/** Reads a configuration for people who look at it. Every mistake ends up in the diagnostics; nothing is thrown. */
export function inspectRules(options: InspectOptions): Inspection {
  const vocabulary = createVocabulary(options.plugins);
  const settings = defaultSettings(asciiBestFitMap);
  const recorder = new RuleSetRecorder(vocabulary);
  const { diagnostics } = loadProgram({
    sources: options.rules,
    files: options.files,
    vocabulary: { ...vocabulary, directives: watched(vocabulary, recorder) },
    settings,
    regexes: options.regexes ?? new RegexCache(),
    regexOptions: RULE_REGEX_OPTIONS,
    services: options.services ?? {},
  });
  const { lines } = recorder;
  return {
    ...recorder.finish(),
    diagnostics: diagnostics.all,
    lines,
    files: [...new Set(lines.map((line) => line.span.file))],
    settings,
    vocabulary,
  };
}

/** The directives as they are, each telling the recorder before and while it acts. */
function watched(vocabulary: Vocabulary, recorder: RuleSetRecorder): Vocabulary['directives'] {
  const { kind, all } = vocabulary.directives;
  return new Registry(
    kind,
    all.map((directive) => ({
      ...directive,
      apply: (node: DirectiveLine, configuration: Configuration) => {
        recorder.begin(node);
        directive.apply(node, recorder.watch(configuration));
      },
    })),
  );
}
