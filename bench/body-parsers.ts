/**
 * Does reading a body take time in proportion to its length, whatever is in it, and however it is cut into chunks?
 *
 *     node bench/body-parsers.ts [--kilobytes 128]
 *
 * Each text is read at once and twice as long, whole and in small chunks, several times in turns; the fastest of each counts,
 * in CPU time. The bound is 2.5 times the time for twice the text.
 */
import { parseArgs } from 'node:util';
import { json } from '../packages/engine/src/body-processors/json.ts';
import { multipart } from '../packages/engine/src/body-processors/multipart.ts';
import { urlencoded } from '../packages/engine/src/body-processors/urlencoded.ts';
import { xml } from '../packages/engine/src/body-processors/xml.ts';
import { parseCookies } from '../packages/engine/src/parse-request/cookies.ts';
import type { BodyOptions, BodyProcessor } from '../packages/engine/src/registry/body-processor.ts';

const BOUND = 2.5;
const ROUNDS = 15;
/** Below this growth says more of V8 than of the parser; quadratic time would be far above it. */
const NOISE_MILLISECONDS = 4;
/** Bytes; what a slow client sends. */
const CHUNK = 512;

const OPTIONS: BodyOptions = {
  contentType: 'multipart/form-data; boundary=xyz',
  argumentSeparator: '&',
  argumentsLimit: Number.POSITIVE_INFINITY,
  jsonDepthLimit: Number.POSITIVE_INFINITY,
  jsonNames: 'modsecurity2',
  extractFiles: false,
  uploadFileLimit: 0,
};

const PART = '--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n';
/** The text a body is made of, and what stands around it. */
const BODIES: readonly (readonly [parser: BodyProcessor, piece: string, before?: string, after?: string])[] = [
  [urlencoded, 'name=value+%41&'],
  [urlencoded, '&='],
  [urlencoded, '%'],
  [json, '{"a":["b",1]},', '[', '1]'],
  [json, '"k":1,', '{', '"k":1}'],
  [json, '['],
  [json, '{"a":'],
  [json, '\\u0041', '"', '"'],
  [json, ' '],
  [multipart, `${PART}x\r\n`, '', '--xyz--\r\n'],
  [multipart, '\r\n--xy', PART, '\r\n--xyz--\r\n'],
  [multipart, '\r', PART, '\r\n--xyz--\r\n'],
  [multipart, 'X: y\r\n', '--xyz\r\n', '\r\n\r\n--xyz--\r\n'],
  [multipart, ';name="a"', '--xyz\r\nContent-Disposition: form-data', '\r\n\r\n--xyz--\r\n'],
  [xml, '<b c="d">e</b>', '<a>', '</a>'],
  [xml, '<a>'],
  [xml, '<a b="', '<a>'],
  [xml, '&amp;', '<a>', '</a>'],
  [xml, '<!--', '<a>'],
  [xml, '<![CDATA[]]>', '<a>', '</a>'],
  [xml, ' x="y"', '<a', '/>'],
  [xml, ' xmlns:n="y"', '<a', '/>'],
];

/** Milliseconds of CPU. */
function timeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function read(parser: BodyProcessor, body: string, chunk: number): void {
  const reading = parser.createParser(OPTIONS);
  for (let at = 0; at < body.length; at += chunk) reading.write(body.slice(at, at + chunk));
  reading.finish();
}

let hasFailed = false;

function compare(name: string, once: () => void, twice: () => void): void {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    times[0].push(timeOf(once));
    times[1].push(timeOf(twice));
  }
  const [single, double] = [Math.min(...times[0]), Math.min(...times[1])];
  const isLinear = double / single <= BOUND || double < NOISE_MILLISECONDS;
  if (!isLinear) hasFailed = true;
  const verdict = isLinear ? '' : `  over × ${BOUND}`;
  console.log(`${single.toFixed(2).padStart(8)} ms  doubled × ${(double / single).toFixed(2)}  ${name}${verdict}`);
}

const { values } = parseArgs({ options: { kilobytes: { type: 'string', default: '128' } } });
const length = Number(values.kilobytes) * 1024;
for (const [parser, piece, before = '', after = ''] of BODIES) {
  const once = before + piece.repeat(length / piece.length) + after;
  const twice = before + piece.repeat((2 * length) / piece.length) + after;
  const name = `${parser.name} ${JSON.stringify(piece)}`;
  compare(
    name,
    () => read(parser, once, once.length),
    () => read(parser, twice, twice.length),
  );
  compare(
    `${name}, in chunks`,
    () => read(parser, once, CHUNK),
    () => read(parser, twice, CHUNK),
  );
}
for (const format of [0, 1] as const) {
  for (const piece of ['a=b; ', ';', '=', '"', ' ', ', ']) {
    const once = piece.repeat(length / piece.length);
    const twice = once + once;
    compare(
      `cookies of format ${format} ${JSON.stringify(piece)}`,
      () => void parseCookies(once, { format }),
      () => void parseCookies(twice, { format }),
    );
  }
}
process.exitCode = hasFailed ? 1 : 0;
