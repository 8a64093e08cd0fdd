/** The smallest application that speaks FastCGI: one process, the same short answer to everything. */
import { createServer } from 'node:net';
import { RECORD, RecordReader, recordHeader, streamRecords } from '../proxy/fastcgi/records.ts';

const ANSWER = Buffer.concat([
  streamRecords(RECORD.stdout, Buffer.from('Content-Type: text/plain\r\n\r\nhello from a FastCGI application\n')),
  recordHeader(RECORD.end, 8),
  Buffer.alloc(8),
]);
const KEEP_CONNECTION = 1;

/** Listens on the Unix socket `path` until the process is ended. */
export function respond(path: string): Promise<number> {
  const server = createServer((socket) => {
    const reader = new RecordReader();
    let keeps = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      reader.feed(chunk);
      for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
        if (piece.type === RECORD.begin) keeps = piece.content[2] === KEEP_CONNECTION;
        // The body is over, and with it the request.
        if (piece.type !== RECORD.stdin || piece.recordLength > 0) continue;
        if (keeps) socket.write(ANSWER);
        else socket.end(ANSWER);
      }
    });
  });
  server.listen(path);
  return new Promise(() => {});
}
