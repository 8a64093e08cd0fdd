import type { BodyFile } from '../registry/body-processor.ts';
import { type Member, scalar } from '../registry/member.ts';
import type { UploadedFile } from '../registry/services.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A collection with one member per uploaded file, keyed by field name. */
function perFile(name: string, summary: string, read: (file: BodyFile) => string): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'collection',
    phase: 2,
    members: (tx) => filesOf(tx).map((file): Member => ({ key: file.name, value: read(file) })),
  });
}

export const files: Variable = perFile('FILES', "The client's names of uploaded files.", (file) => file.filename);
export const filesNames: Variable = perFile(
  'FILES_NAMES',
  'Field names of uploaded files as values.',
  (file) => file.name,
);
export const filesSizes: Variable = perFile('FILES_SIZES', 'Sizes of uploaded files in bytes.', (file) =>
  String(file.size),
);

export const filesCombinedSize: Variable = defineVariable({
  name: 'FILES_COMBINED_SIZE',
  summary: 'Sum of the sizes of all uploaded files in bytes.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(String(filesOf(tx).reduce((sum, file) => sum + file.size, 0))),
});

/** Only files that were extracted (SecTmpSaveUploadedFiles, SecUploadKeepFiles). */
function perUpload(name: string, summary: string, read: (upload: UploadedFile) => string): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'collection',
    phase: 2,
    members: (tx) =>
      filesOf(tx).flatMap((file, index): readonly Member[] => {
        const upload = tx.uploads.get(index);
        if (upload === undefined) return [];
        try {
          return [{ key: file.name, value: read(upload) }];
        } catch (cause) {
          tx.report(1, `Uploaded file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
          return [];
        }
      }),
  });
}

export const filesTmpNames: Variable = perUpload(
  'FILES_TMPNAMES',
  'Paths of the extracted files.',
  (upload) => upload.path,
);
export const filesTmpContent: Variable = perUpload('FILES_TMP_CONTENT', 'Contents of the extracted files.', (upload) =>
  upload.read(),
);

function filesOf(tx: TransactionState): readonly BodyFile[] {
  return tx.body.result?.files ?? [];
}
