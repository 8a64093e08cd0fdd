import { type Directive, defineDirective } from '../registry/directive.ts';
import { choiceDirective, numberDirective, onOffDirective, textDirective } from './setting.ts';

export const engineSwitches: readonly Directive[] = [
  choiceDirective(
    {
      name: 'SecRuleEngine',
      summary: 'Master switch. DetectionOnly runs every rule and blocks nothing.',
      default: 'Off',
    },
    ['On', 'Off', 'DetectionOnly'],
    (mode, { settings }) => {
      settings.engineMode = mode;
      // ModSecurity 2 makes limits partial at this very moment; a later directive may set them again.
      if (mode === 'DetectionOnly') {
        settings.requestBodyLimitAction = 'ProcessPartial';
        settings.responseBodyLimitAction = 'ProcessPartial';
      }
    },
  ),
  onOffDirective(
    {
      name: 'SecInterceptOnError',
      summary: 'On: an operator error ends the phase instead of counting as no match.',
      default: 'Off',
    },
    'interceptOnError',
  ),
  numberDirective(
    {
      name: 'SecPcreMatchLimit',
      summary: 'Steps a regular expression with backtracking may take on one value.',
      default: '1500',
    },
    1,
    Number.MAX_SAFE_INTEGER,
    (limit, { settings }) => {
      settings.pcreMatchLimit = limit;
    },
  ),
  numberDirective(
    {
      name: 'SecPcreMatchLimitRecursion',
      summary: 'Accepted for compatibility: our matcher does not recurse, so there is nothing to limit.',
      default: '1500',
    },
    1,
    Number.MAX_SAFE_INTEGER,
    () => {},
  ),
  numberDirective(
    {
      name: 'SecCollectionTimeout',
      summary: 'Life of a persistent record without update, in seconds.',
      default: '3600',
      unit: 'seconds',
    },
    0,
    2_592_000,
    (seconds, { settings }) => {
      settings.collectionTimeout = seconds;
    },
  ),
  textDirective(
    {
      name: 'SecWebAppId',
      summary: 'Name of the application; prefixes SESSION, USER and RESOURCE records.',
      default: 'default',
      syntax: 'NAME',
    },
    (name, { settings }) => {
      settings.webAppId = name;
    },
  ),
  textDirective(
    { name: 'SecSensorId', summary: 'Name of this sensor in the audit log.', default: 'default', syntax: 'NAME' },
    (name, { settings }) => {
      settings.sensorId = name;
    },
  ),
  textDirective(
    {
      name: 'SecComponentSignature',
      summary: 'Text added to the producer line of the audit log.',
      default: 'none',
      syntax: 'TEXT',
    },
    (text, { settings }) => {
      settings.componentSignatures.push(text);
    },
  ),
  textDirective(
    { name: 'SecServerSignature', summary: 'Text of the Server header of responses.', default: 'none', syntax: 'TEXT' },
    (text, { settings }) => {
      settings.serverSignature = text;
    },
  ),
  textDirective(
    {
      name: 'SecHttpBlKey',
      summary: 'Project Honey Pot key for @rbl dnsbl.httpbl.org.',
      default: 'none',
      syntax: 'KEY',
    },
    (key, { settings }) => {
      settings.httpBlKey = key;
    },
  ),
  defineDirective({
    name: 'SecDataset',
    summary: 'A named list, one entry per line between backticks, for @pmFromDataset and @ipMatchFromDataset.',
    syntax: 'NAME `…`',
    minimumWords: 2,
    maximumWords: 2,
    apply: (node, configuration) => {
      const [name, list] = node.words;
      if (name === undefined || list === undefined) return;
      const entries = list.text
        .replace(/^`|`$/g, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
      if (entries.length === 0) {
        configuration.error(
          'the list is empty',
          list.span,
          'write ` at the end of the line, one entry per line below, and ` on a line of its own',
        );
      }
      configuration.settings.datasets.set(name.text, entries);
    },
  }),
];
