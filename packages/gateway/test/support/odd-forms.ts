/** Multipart bodies as two readers might take them apart differently, the same ones for a seed. */
import { pick, type Roll } from './dice.ts';

export interface OddForm {
  readonly contentType: string;
  readonly body: string;
}

const LINE_ENDS = ['\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\t\r\n', '\r\n ', '\0\r\n', '\x0b\r\n'];
const BOUNDARIES = ['B', 'BB', "B'x", 'B=x', 'B/x?', '-B', '--', 'B x', 'B,x', 'boundary'];
const TYPES = [
  '="B"',
  '=B;',
  '=B; charset=utf-8',
  '= B',
  '=B,x',
  '=x; boundary=B',
  "='B'",
  '*=B',
  '*0=B',
  '="B" x',
  '=B ',
];
const OPENINGS = ['\r\n', 'preamble\r\n', '\n', ' ', '\0', '--\r\n', '--B\r\n'];
const ENDINGS = ['', '-', '-- ', '--x', '--\r\nepilogue', '\r\n', ' --\r\n', '--\r\n\r\n', '--'];
const DELIMITERS = ['-B', '---B', ' --B', '--\0B', '--b', '--Bx', '--B ', '--B--', '--B-', '--"B"', '--'];
const DISPOSITIONS = [
  'Content-Disposition ',
  ' Content-Disposition',
  'CONTENT-DISPOSITION',
  'Content_Disposition',
  'X',
  '',
];
const KINDS = ['Form-Data', 'attachment', 'file', '', '"form-data"', 'form-data,', 'multipart/mixed', 'form-data; '];
const NAMES = [
  'name',
  'filename',
  'Name',
  'FileName',
  'name*',
  'filename*',
  'filename*0',
  'name ',
  'x',
  'name\0',
  'filename[]',
];
const HEADERS = [
  'Content-Type: text/plain',
  'Content-Type: text/plain; charset=utf-7',
  'Content-Type: multipart/mixed; boundary=C',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: form-data; name="second"',
  'X: y; name="z"',
  'X',
  ' folded',
];

/** `oddity`: how many of a thousand places are not as they should be. */
export function oddForm(roll: Roll, oddity: number): OddForm {
  const isOdd = (): boolean => roll(1000) < oddity;
  const or = (sound: string, odd: readonly string[]): string => (isOdd() ? pick(roll, odd) : sound);
  const boundary = or('B', BOUNDARIES);
  const end = (): string => or('\r\n', LINE_ENDS);
  let serial = 0;
  const word = (): string => {
    const id = `w${serial++}`;
    return or(
      id,
      ['"', "'", '\\"', '\\\\', '\\', ';k=1', ' b', '\0', '[x]', '.a', '%22', '\xff', ''].map((one) => id + one),
    );
  };
  const quoted = (): string => {
    const text = word();
    return or(`"${text}"`, [
      text,
      `'${text}'`,
      `"${text}`,
      `${text}"`,
      `"${text}\\"`,
      `"${text}"x`,
      ` "${text}"`,
      `=${text}`,
    ]);
  };
  const parameter = (): string =>
    `${or('; ', [';', ' ; ', ';;', ', ', ' ', ';\r\n '])}${pick(roll, NAMES)}${or('=', [' =', '==', ':', ''])}${quoted()}`;
  const disposition = (): string => {
    const file = roll(3) === 0 ? `; filename=${quoted()}` : '';
    const head = `${or('Content-Disposition', DISPOSITIONS)}${or(': ', [':', ' : ', ':\t', ':\r\n '])}`;
    return `${head}${or('form-data', KINDS)}; name=${quoted()}${file}${isOdd() ? parameter() : ''}`;
  };
  const content = (): string => {
    const text = `v${serial++}`;
    return or(
      text,
      ['\r\n--', '\r\n--B ', '\n--B\n', '\r\n--Bx', '\0x', '\n', '\r', '--B', '\r\n\r\n'].map((one) => text + one),
    );
  };
  const part = (): string => {
    const more = isOdd() ? pick(roll, HEADERS) + end() : '';
    const blank = or('\r\n', ['', ' \r\n', '\n', '\r', '\0\r\n', '\r\n\r\n']);
    return `${or(`--${boundary}`, DELIMITERS)}${end()}${disposition()}${end()}${more}${blank}${content()}${end()}`;
  };
  const parts = Array.from({ length: 1 + roll(3) }, part).join('');
  const type = `multipart/form-data; boundary${or(`=${boundary}`, TYPES)}`;
  return {
    contentType: or(type, [
      type.toUpperCase(),
      type.replace(';', ','),
      type.replace(';', ''),
      type.replace('form-data', 'mixed'),
    ]),
    body: `${isOdd() ? pick(roll, OPENINGS) : ''}${parts}--${boundary}${or('--\r\n', ENDINGS)}`,
  };
}
