import type { BodyOptions } from '../registry/body-processor.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { UploadSession } from '../uploads/upload-session.ts';

/**
 * What the configuration says about parsing a body. `argumentsLimit` is how many arguments it may add; with `uploads` the
 * contents of files go there.
 */
export function bodyOptions(
  settings: Readonly<EngineSettings>,
  contentType: string,
  argumentsLimit: number,
  uploads?: UploadSession,
): BodyOptions {
  return {
    contentType,
    argumentSeparator: settings.argumentSeparator,
    argumentsLimit,
    jsonDepthLimit: settings.requestBodyJsonDepthLimit,
    jsonNames: settings.jsonNames,
    extractFiles: uploads !== undefined,
    uploadFileLimit: settings.uploadFileLimit,
    partsLimit: settings.requestBodyPartsLimit,
    ...(uploads === undefined ? {} : { fileSink: (index: number, chunk: string) => uploads.write(index, chunk) }),
  };
}
