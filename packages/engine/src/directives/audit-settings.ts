import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import { choiceDirective, modeDirective, numberDirective, textDirective } from './setting.ts';

export const auditSettings: readonly Directive[] = [
  choiceDirective(
    { name: 'SecAuditEngine', summary: 'Which transactions are written to the audit log.', default: 'Off' },
    ['On', 'Off', 'RelevantOnly'],
    (engine, { settings }) => {
      settings.audit.engine = engine;
    },
  ),
  textDirective(
    {
      name: 'SecAuditLog',
      summary: 'File of the audit log or of its index, a program that reads it, or the address of a server.',
      default: 'none',
      syntax: 'FILE||PROGRAM|ADDRESS',
    },
    (file, { settings }) => {
      settings.audit.log = file;
    },
  ),
  textDirective(
    { name: 'SecAuditLog2', summary: 'A second index for concurrent audit logs.', default: 'none', syntax: 'FILE' },
    (file, { settings }) => {
      settings.audit.log2 = file;
    },
  ),
  choiceDirective(
    {
      name: 'SecAuditLogType',
      summary:
        'One file for all records, one file for each, or a server they are sent to: by POST one by one, or as syslog messages.',
      default: 'Serial',
    },
    ['Serial', 'Concurrent', 'Parallel', 'HTTPS', 'Syslog'],
    (type, configuration, word) => {
      const { audit } = configuration.settings;
      audit.type = type === 'Parallel' ? 'Concurrent' : type;
      if (type !== 'HTTPS' && type !== 'Syslog') return;
      configuration.whenLoaded(() => {
        if (audit.type !== type) return;
        if (audit.log === undefined) {
          const address = type === 'HTTPS' ? 'https://logs.example/audit' : 'syslog+tls://logs.example:6514';
          configuration.error(`SecAuditLogType ${type} needs a server`, word.span, `add SecAuditLog ${address}`);
        }
        if (type === 'Syslog' && audit.format === 'Native') {
          const hint = 'add SecAuditLogFormat JSON';
          configuration.error('a native record has many lines, a syslog message has one', word.span, hint);
        }
      });
    },
  ),
  choiceDirective(
    {
      name: 'SecAuditLogFormat',
      summary:
        "How records are written; JSON has ModSecurity 2's layout, which Coraza calls JsonLegacy; OCSF is the Open Cybersecurity Schema.",
      default: 'Native',
    },
    ['Native', 'JSON', 'JsonLegacy', 'OCSF'],
    (format, { settings }) => {
      settings.audit.format = format === 'JsonLegacy' ? 'JSON' : format;
    },
  ),
  defineDirective({
    name: 'SecAuditLogParts',
    summary: 'Letters of the parts of a record; A and Z are always written.',
    syntax: 'LETTERS',
    default: 'ABCFHZ',
    apply: (node, configuration) => {
      const word = firstWord(node);
      if (!/^[A-KZ]+$/i.test(word.text)) {
        configuration.error(`"${word.text}" does not name audit log parts`, word.span, 'write letters A to K and Z');
        return;
      }
      configuration.settings.audit.parts = word.text.toUpperCase();
    },
  }),
  defineDirective({
    name: 'SecAuditLogRelevantStatus',
    summary: 'Regular expression over the status code; a match makes a transaction relevant.',
    syntax: 'REGEX',
    default: 'none',
    apply: (node, configuration) => {
      const word = firstWord(node);
      try {
        configuration.settings.auditRelevantStatus = configuration.regexes.compile(
          word.text,
          configuration.regexOptions,
        );
      } catch (cause) {
        configuration.error(cause instanceof Error ? cause.message : String(cause), word.span);
      }
    },
  }),
  textDirective(
    {
      name: 'SecAuditLogStorageDir',
      summary: 'Root of the records of a concurrent audit log.',
      default: 'none',
      syntax: 'DIR',
    },
    (directory, { settings }) => {
      settings.audit.storageDir = directory;
    },
  ),
  modeDirective(
    { name: 'SecAuditLogDirMode', summary: 'Mode of created directories.', default: '0750' },
    0o750,
    (mode, { settings }) => {
      settings.audit.dirMode = mode;
    },
  ),
  modeDirective(
    { name: 'SecAuditLogFileMode', summary: 'Mode of created files.', default: '0640' },
    0o640,
    (mode, { settings }) => {
      settings.audit.fileMode = mode;
    },
  ),
  textDirective(
    { name: 'SecDebugLog', summary: 'File of the debug log.', default: 'none', syntax: 'FILE' },
    (file, { settings }) => {
      settings.debugLog = file;
    },
  ),
  numberDirective(
    {
      name: 'SecDebugLogLevel',
      summary:
        'How much the debug log tells: 1 errors and denials, 2 warnings, 3 notices, 4 each step, 5 rules and arguments, 9 every value.',
      default: '0',
      unit: '0-9',
    },
    0,
    9,
    (level, configuration, word) => {
      const { settings, services } = configuration;
      settings.debugLogLevel = level;
      if (level === 0) return;
      configuration.whenLoaded(() => {
        if (settings.debugLogLevel !== level) return;
        if (settings.debugLog === undefined) {
          configuration.warn('no debug log is written: SecDebugLog names no file', word.span, 'add SecDebugLog FILE');
        } else if (services.debugLog === undefined) {
          const hint =
            'errors, warnings and notices go to onMessage and onMatch; for the rest give createWaf a debugLog';
          configuration.warn('this program writes no debug log', word.span, hint);
        }
      });
    },
  ),
  textDirective(
    { name: 'SecDataDir', summary: 'Directory of the persistent collections.', default: 'none', syntax: 'DIR' },
    (directory, { settings }) => {
      settings.dataDir = directory;
    },
  ),
];
