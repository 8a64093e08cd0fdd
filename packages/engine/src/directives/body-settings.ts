import { parseUnicodeMap } from '../bytes/unicode-map.ts';
import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import { choiceDirective, numberDirective, onOffDirective, textDirective } from './setting.ts';

const GIBIBYTE = 1_073_741_824;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export const bodySettings: readonly Directive[] = [
  onOffDirective(
    { name: 'SecRequestBodyAccess', summary: 'Read and parse request bodies.', default: 'Off' },
    'requestBodyAccess',
  ),
  numberDirective(
    { name: 'SecRequestBodyLimit', summary: 'Longest request body that is read.', default: '134217728', unit: 'bytes' },
    1,
    UNLIMITED,
    (bytes, { settings }) => {
      settings.requestBodyLimit = bytes;
    },
  ),
  choiceDirective(
    {
      name: 'SecRequestBodyLimitAction',
      summary: 'What happens to longer request bodies: 413, or inspection of the first part.',
      default: 'Reject',
    },
    ['Reject', 'ProcessPartial'],
    (action, { settings }) => {
      // A detection-only engine never rejects.
      settings.requestBodyLimitAction = settings.engineMode === 'DetectionOnly' ? 'ProcessPartial' : action;
    },
  ),
  numberDirective(
    {
      name: 'SecRequestBodyNoFilesLimit',
      summary: 'Most body bytes that are not file content.',
      default: '1048576',
      unit: 'bytes',
    },
    1,
    UNLIMITED,
    (bytes, { settings }) => {
      settings.requestBodyNoFilesLimit = bytes;
    },
  ),
  numberDirective(
    {
      name: 'SecRequestBodyInMemoryLimit',
      summary: 'Larger bodies are held on disk; in place of `limits.body_in_memory` of the gateway.',
      default: 'as the server has it',
      unit: 'bytes',
    },
    0,
    UNLIMITED,
    (bytes, { settings }) => {
      settings.requestBodyInMemoryLimit = bytes;
    },
  ),
  numberDirective(
    { name: 'SecRequestBodyJsonDepthLimit', summary: 'Deepest nesting of a JSON body.', default: '1024' },
    1,
    1_000_000,
    (depth, { settings }) => {
      settings.requestBodyJsonDepthLimit = depth;
    },
  ),
  numberDirective(
    {
      name: 'SecRequestBodyPartsLimit',
      summary:
        'Most parts of a multipart body; more are refused with 413 whatever SecRequestBodyLimitAction says. Our own word.',
      default: '200',
    },
    1,
    1_000_000,
    (parts, { settings }) => {
      settings.requestBodyPartsLimit = parts;
    },
  ),
  numberDirective(
    {
      name: 'SecArgumentsLimit',
      summary: 'Most arguments of a request; further ones are not added and REQBODY_ERROR is raised.',
      default: '1000',
    },
    1,
    UNLIMITED,
    (count, { settings }) => {
      settings.argumentsLimit = count;
    },
  ),
  defineDirective({
    name: 'SecArgumentSeparator',
    summary: 'The byte between arguments of queries and urlencoded bodies.',
    syntax: 'BYTE',
    default: '&',
    apply: (node, configuration) => {
      const word = firstWord(node);
      if (word.text.length !== 1) {
        configuration.error('SecArgumentSeparator takes one byte', word.span);
        return;
      }
      configuration.settings.argumentSeparator = word.text;
    },
  }),
  choiceDirective(
    {
      name: 'SecCookieFormat',
      summary: 'How cookies are read: 0 as browsers send them, 1 as RFC 2965 has them.',
      default: '0',
    },
    ['0', '1'],
    (format, { settings }) => {
      settings.cookieFormat = format === '0' ? 0 : 1;
    },
  ),
  defineDirective({
    name: 'SecCookiev0Separator',
    summary: 'The byte between cookies in format 0.',
    syntax: 'BYTE',
    default: ';',
    apply: (node, configuration) => {
      const word = firstWord(node);
      if (word.text.length !== 1) {
        configuration.error('SecCookiev0Separator takes one byte', word.span);
        return;
      }
      configuration.settings.cookieSeparator = word.text;
    },
  }),
  defineDirective({
    name: 'SecUnicodeMapFile',
    summary: 'Table for t:urlDecodeUni instead of the built-in one of code page 20127.',
    syntax: 'FILE [CODEPAGE]',
    maximumWords: 2,
    default: 'built-in table 20127',
    apply: (node, configuration) => {
      const file = firstWord(node);
      const codePage = node.words[1];
      if (codePage !== undefined && !/^\d{1,5}$/.test(codePage.text)) {
        configuration.error(`"${codePage.text}" is not a code page number`, codePage.span);
        return;
      }
      const page = codePage === undefined ? configuration.settings.unicodeCodePage : Number(codePage.text);
      try {
        const text = configuration.files.read(configuration.files.resolve(file.span.file, file.text));
        const map = parseUnicodeMap(text, page);
        if (map === undefined) {
          configuration.error(`the Unicode map has no code page ${page}`, file.span);
          return;
        }
        configuration.settings.unicodeMap = map;
        configuration.settings.unicodeCodePage = page;
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        configuration.error(`cannot load the Unicode map: ${reason}`, file.span);
      }
    },
  }),
  onOffDirective(
    { name: 'SecResponseBodyAccess', summary: 'Hold and read response bodies of the listed types.', default: 'Off' },
    'responseBodyAccess',
  ),
  numberDirective(
    { name: 'SecResponseBodyLimit', summary: 'Longest response body that is read.', default: '524288', unit: 'bytes' },
    1,
    GIBIBYTE,
    (bytes, { settings }) => {
      settings.responseBodyLimit = bytes;
    },
  ),
  choiceDirective(
    {
      name: 'SecResponseBodyLimitAction',
      summary: 'What happens to longer response bodies: 500, or inspection of the first part.',
      default: 'Reject',
    },
    ['Reject', 'ProcessPartial'],
    (action, { settings }) => {
      settings.responseBodyLimitAction = settings.engineMode === 'DetectionOnly' ? 'ProcessPartial' : action;
    },
  ),
  defineDirective({
    name: 'SecResponseBodyMimeType',
    summary: 'Content types whose bodies are read; null stands for a missing Content-Type.',
    syntax: 'TYPE …',
    default: 'text/plain text/html',
    maximumWords: Number.POSITIVE_INFINITY,
    apply: (node, { settings }) => {
      for (const word of node.words) {
        const type = word.text.toLowerCase();
        if (!settings.responseBodyMimeTypes.includes(type)) settings.responseBodyMimeTypes.push(type);
      }
    },
  }),
  defineDirective({
    name: 'SecResponseBodyMimeTypesClear',
    summary: 'Empties the list of content types.',
    syntax: '',
    minimumWords: 0,
    maximumWords: 0,
    apply: (_node, { settings }) => {
      settings.responseBodyMimeTypes.length = 0;
    },
  }),
  onOffDirective(
    {
      name: 'SecDisableBackendCompression',
      summary: 'Ask the upstream for uncompressed responses, so that they can be read.',
      default: 'Off',
    },
    'disableBackendCompression',
  ),
  textDirective(
    {
      name: 'SecTmpDir',
      summary: 'Directory for bodies and uploads that are held on disk.',
      default: 'the system directory',
      syntax: 'DIR|none',
    },
    (directory, { settings }) => {
      settings.tmpDir = directory.toLowerCase() === 'none' ? undefined : directory;
    },
  ),
];
