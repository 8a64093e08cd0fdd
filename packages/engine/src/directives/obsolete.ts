import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import { choiceDirective, obsoleteDirective, refusedDirective } from './setting.ts';

const PDF =
  'browsers have not run scripts in links to PDF files since 2007; to be safe send them with Content-Disposition: attachment';
const IMPORT = 'rules loaded above are in force anyway; Include the file that has the others';
const GSB = 'the service that published such lists is gone; use @rbl with a block list';

/** Words of the past and of other platforms: each says what to do instead. */
export const obsoleteDirectives: readonly Directive[] = [
  obsoleteDirective(
    'SecRequestEncoding',
    'Was stored and never used by any version.',
    'NAME',
    'remove it; t:utf8toUnicode makes rules see other encodings',
  ),
  defineDirective({
    name: 'SecUnicodeCodePage',
    summary: 'Code page for a SecUnicodeMapFile that names none.',
    syntax: 'number',
    deprecated: 'write the code page behind the file name in SecUnicodeMapFile',
    apply: (node, configuration) => {
      const word = firstWord(node);
      if (/^\d{1,5}$/.test(word.text)) configuration.settings.unicodeCodePage = Number(word.text);
      else configuration.error(`"${word.text}" is not a code page number`, word.span);
    },
  }),
  obsoleteDirective(
    'SecUnicodeMap',
    'Is ignored by Coraza as well.',
    'number',
    'write SecUnicodeMapFile FILE CODEPAGE',
  ),
  obsoleteDirective('SecGsbLookupDb', 'Named a Google Safe Browsing list.', 'FILE', GSB),
  obsoleteDirective(
    'SecStatusEngine',
    'Told the vendor which version runs.',
    'On|Off',
    'remove it: nothing is ever sent to a vendor',
  ),
  obsoleteDirective(
    'SecCacheTransformations',
    'Made transformation results be shared among rules.',
    'On|Off [OPTIONS]',
    'remove it: results are always shared, within the limits of one request',
  ),
  choiceDirective(
    {
      name: 'SecXmlExternalEntity',
      summary: 'External entities of XML bodies are never loaded; Off is what always happens.',
      default: 'Off',
    },
    ['On', 'Off'],
    (value, configuration, word) => {
      if (value === 'Off') return;
      configuration.warn(
        'external entities of XML bodies are never loaded: they let a client read files and addresses of the server',
        word.span,
        'remove SecXmlExternalEntity On',
      );
    },
  ),
  choiceDirective(
    {
      name: 'SecRxPreFilter',
      summary:
        'Search for literal text before a regular expression runs; always done, where it cannot change a verdict.',
      default: 'On',
    },
    ['On', 'Off'],
    (value, configuration, word) => {
      if (value === 'On') return;
      configuration.warn('the pre-filter is always on; it never changes a verdict', word.span, 'remove SecRxPreFilter');
    },
  ),
  choiceDirective(
    {
      name: 'SecRuleInheritance',
      summary: 'Each rule set stands alone, so there is nothing to inherit: On says so, Off has nothing to switch off.',
      default: 'On',
    },
    ['On', 'Off'],
    (value, configuration, word) => {
      if (value === 'On') return;
      configuration.warn(
        'SecRuleInheritance Off has no effect: there is no parent context, and rules loaded above stay in force',
        word.span,
        'give the route a rule set of its own instead',
      );
    },
  ),
  obsoleteDirective('SecRuleImportById', 'Took a rule of the parent context back in.', 'ID …', IMPORT),
  obsoleteDirective('SecRuleImportByMsg', 'Took rules of the parent context back in.', 'REGEX …', IMPORT),
  ...['', 'InterceptGETOnly', 'Method', 'Secret', 'Timeout', 'TokenName'].map((suffix) =>
    obsoleteDirective(`SecPdfProtect${suffix}`, 'Guarded PDF files against scripts in links to them.', '…', PDF),
  ),
  refusedDirective(
    'SecChrootDir',
    'Would lock the web server into a directory.',
    'DIR',
    'Node has no call that changes the root directory of a process',
    'run the gate in a container, or with RootDirectory= of systemd',
  ),
];
