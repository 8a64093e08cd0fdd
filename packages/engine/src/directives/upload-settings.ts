import type { Configuration, Directive } from '../registry/directive.ts';
import type { Word } from '../seclang/ast.ts';
import { choiceDirective, modeDirective, numberDirective, textDirective } from './setting.ts';

/** Extraction of uploaded files. */
export const uploadSettings: readonly Directive[] = [
  textDirective(
    { name: 'SecUploadDir', summary: 'Directory for uploads that are kept.', default: 'none', syntax: 'DIR|none' },
    (directory, { settings }) => {
      settings.uploadDir = directory.toLowerCase() === 'none' ? undefined : directory;
    },
  ),
  choiceDirective(
    {
      name: 'SecUploadKeepFiles',
      summary:
        'Move uploaded files to SecUploadDir behind the last phase: all, none, or those of relevant transactions.',
      default: 'Off',
    },
    ['On', 'Off', 'RelevantOnly'],
    (keep, configuration, word) => {
      if (keep !== 'Off') requireStore(configuration, word);
      configuration.settings.uploadKeepFiles = keep;
      configuration.whenLoaded(() => {
        const { uploadKeepFiles, uploadDir } = configuration.settings;
        if (uploadKeepFiles !== keep || keep === 'Off' || uploadDir !== undefined) return;
        configuration.warn('uploaded files are not kept: there is no SecUploadDir', word.span);
      });
    },
  ),
  modeDirective(
    { name: 'SecUploadFileMode', summary: 'Mode of extracted files.', default: '0600' },
    0o600,
    (mode, { settings }) => {
      settings.uploadFileMode = mode;
    },
  ),
  numberDirective(
    {
      name: 'SecUploadFileLimit',
      summary: 'Most files that are extracted; more raise MULTIPART_FILE_LIMIT_EXCEEDED.',
      default: '100',
      unit: 'files',
    },
    0,
    Number.MAX_SAFE_INTEGER,
    (count, { settings }) => {
      settings.uploadFileLimit = count;
    },
  ),
  choiceDirective(
    {
      name: 'SecTmpSaveUploadedFiles',
      summary:
        'Extract uploaded files while rules run although they are not kept, for FILES_TMPNAMES, FILES_TMP_CONTENT and @inspectFile.',
      default: 'Off',
    },
    ['On', 'Off'],
    (value, configuration, word) => {
      if (value === 'On') requireStore(configuration, word);
      configuration.settings.tmpSaveUploadedFiles = value === 'On';
    },
  ),
];

function requireStore(configuration: Configuration, word: Word): void {
  if (configuration.services.uploads !== undefined) return;
  configuration.error('uploaded files cannot be extracted: no uploads service was given to createWaf', word.span);
}
