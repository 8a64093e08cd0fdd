import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Lines of a log that mention a text, in order, as byte strings. Rejects when the file cannot be read. */
export async function linesWith(file: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  const input = createReadStream(file, 'latin1');
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.includes(text)) found.push(line);
  }
  return found;
}
