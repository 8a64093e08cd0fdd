import type { UploadedFile, UploadRequest } from '../../src/index.ts';
import { multipart } from './exchange.ts';

/** Uploads in memory. */
export class MemoryUploads {
  readonly log: string[] = [];
  readonly requests: UploadRequest[] = [];
  failure: string | undefined;

  create(request: UploadRequest): UploadedFile {
    this.requests.push(request);
    const path = `/tmp/${this.requests.length}`;
    let content = '';
    const note = (word: string): void => void this.log.push(`${word} ${path}`);
    return {
      path,
      write: (chunk) => {
        if (this.failure !== undefined) throw new Error(this.failure);
        content += chunk;
      },
      close: () => note('close'),
      read: () => content,
      keep: (directory) => note(`keep ${directory}`),
      delete: () => note('delete'),
    };
  }
}

/** A form with a field and a file. */
export const upload = multipart(
  'name="a"\r\n\r\n1',
  'name="f"; filename="x.txt"\r\n\r\nhello',
  'name="g"; filename="y"\r\n\r\n',
);
