import { toBytes } from '../bytes/byte-string.ts';
import { openGeoDatabase } from '../geo/geo-database.ts';
import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';

export const secGeoLookupDb: Directive = defineDirective({
  name: 'SecGeoLookupDb',
  summary: 'MaxMind database (.mmdb) for @geoLookup.',
  syntax: 'FILE [TYPE]',
  default: 'none',
  maximumWords: 2,
  apply: (node, configuration) => {
    const word = firstWord(node);
    try {
      const content = configuration.files.read(configuration.files.resolve(word.span.file, word.text));
      configuration.settings.geoDatabase = openGeoDatabase(toBytes(content));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      configuration.error(`SecGeoLookupDb: cannot use ${word.text}: ${reason}`, word.span);
    }
  },
});
