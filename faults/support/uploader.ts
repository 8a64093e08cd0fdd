/**
 * Sends many uploads at once and as fast as they are taken, in a process of its own:
 *
 *     node uploader.ts PORT COUNT BYTES
 *
 * COUNT: uploads, each over a connection of its own. BYTES: of the file in each. Says `done` with the numbers when all have their
 * answer.
 */
import { connect } from 'node:net';

const [port = 0, count = 0, bytes = 0] = process.argv.slice(2).map(Number);

const BOUNDARY = 'boundary-of-a-form';
const INTRODUCTION = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nholidays\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="film"; filename="film.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
const END = `\r\n--${BOUNDARY}--\r\n`;
const PIECE = Buffer.alloc(64 * 1024, 'what a camera has seen ');

/** The status of the answer, or what happened instead. */
function upload(): Promise<string> {
  return new Promise((resolve) => {
    let left = bytes;
    let said = '';
    const socket = connect(port, '127.0.0.1', () => {
      const length = INTRODUCTION.length + bytes + END.length;
      socket.write(
        `POST /films HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${length}\r\n\r\n${INTRODUCTION}`,
      );
      sendOn();
    });
    const sendOn = (): void => {
      while (left > 0) {
        const piece = PIECE.subarray(0, Math.min(left, PIECE.length));
        left -= piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', sendOn);
          return;
        }
      }
      socket.write(END);
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 'no answer'));
  });
}

const answers = await Promise.all(Array.from({ length: count }, upload));
const numbers: Record<string, number> = {};
for (const one of answers) numbers[one] = (numbers[one] ?? 0) + 1;
console.log(`done ${JSON.stringify(numbers)}`);
