import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Looks for the entry of a request in a Serial audit log, Native or JSON. The whole entry, or undefined. */
export async function findInLog(file: string, id: string): Promise<string | undefined> {
  let native: { readonly boundary: string; readonly lines: string[]; isWanted: boolean } | undefined;
  for await (const line of linesOf(file)) {
    if (native === undefined) {
      if (line.startsWith('{')) {
        if (line.includes(`"transaction_id":${JSON.stringify(id)}`)) return line;
        continue;
      }
      const boundary = /^--([0-9A-Za-z]{8,})-A--$/.exec(line)?.[1];
      if (boundary !== undefined) native = { boundary, lines: [line], isWanted: false };
      continue;
    }
    native.lines.push(line);
    if (native.lines.length === 2) native.isWanted = line.split('] ')[1]?.startsWith(`${id} `) === true;
    if (!native.isWanted) native = { ...native, lines: native.lines.slice(0, 2).concat('') };
    if (line !== `--${native.boundary}-Z--`) continue;
    if (native.isWanted) return native.lines.join('\n');
    native = undefined;
  }
  return undefined;
}

/** Looks for the file of a request below a Concurrent storage directory, newest folders first. */
export async function findInStorage(directory: string, id: string): Promise<string | undefined> {
  for (const day of (await readdir(directory))
    .filter((name) => /^\d{8}$/.test(name))
    .sort()
    .reverse()) {
    const names = await readdir(join(directory, day), { recursive: true });
    const name = names.find((one) => one.endsWith(`-${id}`));
    if (name !== undefined) return await readFile(join(directory, day, name), 'latin1');
  }
  return undefined;
}

/** Lines of a file as byte strings. Only LF ends a line (`readline` would also split at a CR that a client sent). */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'latin1' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
