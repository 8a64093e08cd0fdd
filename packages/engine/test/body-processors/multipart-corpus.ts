/** An odd (or plain) multipart body and what must come of it. */
export interface MultipartCase {
  readonly name: string;
  /** `multipart/form-data; boundary=b` when absent. */
  readonly contentType?: string;
  readonly body: string;
  /**
   * Raised flags in the letters of ModSecurity's rule 200003, with PE for the parser error, CR for CRLF_LINE and UB for
   * UNMATCHED_BOUNDARY. Seen like this on Apache 2.4.71 with ModSecurity 2.9.7, unless `differs` says otherwise.
   */
  readonly flags: string;
  /** What the reference does instead. */
  readonly differs?: string;
  readonly error?: string;
  /** Fields and files rules can see, also those of a body that is refused half-way. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly files?: readonly (readonly [name: string, filename: string, size: number])[];
}

const A = 'Content-Disposition: form-data; name="a"';
const FILE = 'Content-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain';

export const multipartCorpus: readonly MultipartCase[] = [
  { name: 'one field', body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`, flags: 'CR', fields: [['a', '1']] },
  {
    name: 'field and file',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b\r\n${FILE}\r\n\r\nhello\r\nworld\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
    files: [['f', 'x.txt', 12]],
  },
  { name: 'final boundary without line end', body: `--b\r\n${A}\r\n\r\n1\r\n--b--`, flags: 'CR', fields: [['a', '1']] },
  { name: 'empty body', body: '', flags: '' },
  { name: 'only a final boundary', body: '--b--\r\n', flags: 'CR' },
  {
    name: 'unended final boundary alone',
    body: '--b--',
    flags: 'PE',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: No boundaries found in payload.',
  },
  {
    name: 'no boundary',
    body: 'hello\r\n',
    flags: 'PE DB',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: No boundaries found in payload.',
  },
  {
    name: 'missing final boundary',
    body: `--b\r\n${A}\r\n\r\n1\r\n`,
    flags: 'PE CR',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
    fields: [['a', '1\r\n']],
  },
  {
    name: 'truncated in headers',
    body: `--b\r\n${A}`,
    flags: 'PE CR',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
  },
  {
    name: 'truncated in data',
    body: `--b\r\n${A}\r\n\r\nabc`,
    flags: 'PE CR',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
    fields: [['a', 'abc']],
  },
  {
    name: 'truncated in the final boundary',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b-`,
    flags: 'PE CR',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
    fields: [['a', '1']],
  },
  {
    name: 'final boundary with a bare CR',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r`,
    flags: 'PE CR',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
    fields: [['a', '1']],
  },
  {
    name: 'quoted boundary',
    contentType: 'multipart/form-data; boundary="b"',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'BQ CR',
    fields: [['a', '1']],
  },
  {
    name: 'quoted boundary, quotes in the line',
    contentType: 'multipart/form-data; boundary="b"',
    body: `--"b"\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE BQ UB',
    differs: 'the line is none of ours, so UB is raised as well',
    error: 'Multipart parsing error: Multipart: Invalid boundary (quotes).',
  },
  {
    name: 'white space before =',
    contentType: 'multipart/form-data; boundary =b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'BW CR',
    fields: [['a', '1']],
  },
  {
    name: 'white space after =',
    contentType: 'multipart/form-data; boundary= b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE BW DB UB',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: No boundaries found in payload.',
  },
  {
    name: 'missing semicolon',
    contentType: 'multipart/form-data boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR SM',
    fields: [['a', '1']],
  },
  {
    name: 'two semicolons',
    contentType: 'multipart/form-data;; boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (malformed).',
  },
  {
    name: 'parameter before',
    contentType: 'multipart/form-data; charset=utf-8; boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (malformed).',
  },
  {
    name: 'parameter behind',
    contentType: 'multipart/form-data; boundary=b; charset=utf-8',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (characters).',
  },
  {
    name: 'boundary twice',
    contentType: 'multipart/form-data; boundary=b; boundary=c',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Multiple boundary parameters in C-T.',
  },
  {
    name: 'upper-case boundary',
    contentType: 'multipart/form-data; Boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (case sensitivity).',
  },
  {
    name: 'no boundary parameter',
    contentType: 'multipart/form-data',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Boundary not found in C-T.',
  },
  {
    name: 'boundary without =',
    contentType: 'multipart/form-data; boundary',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (malformed).',
  },
  {
    name: 'boundary*',
    contentType: 'multipart/form-data; boundary*=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (parameter name).',
  },
  {
    name: 'half quoted',
    contentType: 'multipart/form-data; boundary="b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (quote).',
  },
  {
    name: 'half quoted at the end',
    contentType: 'multipart/form-data; boundary=b"',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (quote).',
  },
  {
    name: 'empty boundary',
    contentType: 'multipart/form-data; boundary=',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (empty).',
  },
  {
    name: 'empty quoted boundary',
    contentType: 'multipart/form-data; boundary=""',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE BQ',
    error: 'Multipart: Invalid boundary in C-T (empty).',
  },
  {
    name: 'comma boundary',
    contentType: 'multipart/form-data; boundary=b,x',
    body: `--b,x\r\n${A}\r\n\r\n1\r\n--b,x--\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'boundary in the boundary',
    contentType: 'multipart/form-data; boundary=boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Multiple boundary parameters in C-T.',
  },
  {
    name: 'bad boundary byte',
    contentType: 'multipart/form-data; boundary=b%',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (characters).',
  },
  {
    name: 'inner space boundary',
    contentType: 'multipart/form-data; boundary=b c',
    body: `--b c\r\n${A}\r\n\r\n1\r\n--b c--\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'form-dataX',
    contentType: 'multipart/form-dataX; boundary=b',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart: Invalid boundary in C-T (malformed).',
  },
  { name: 'preamble line', body: `hi\r\n--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`, flags: 'DB CR', fields: [['a', '1']] },
  { name: 'empty preamble line', body: `\r\n--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`, flags: 'DB CR', fields: [['a', '1']] },
  {
    name: 'preamble dash line',
    body: `--x\r\n--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'DB CR UB',
    fields: [['a', '1']],
  },
  {
    name: 'preamble, bare LF before the boundary',
    body: `hi\n--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'DB LF CR',
    fields: [['a', '1']],
  },
  { name: 'epilogue line', body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\nbye\r\n`, flags: 'DA CR', fields: [['a', '1']] },
  { name: 'empty epilogue line', body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n\r\n`, flags: 'DA CR', fields: [['a', '1']] },
  {
    name: 'epilogue part',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b--\r\n--b\r\n${A}\r\n\r\n2\r\n--b--\r\n`,
    flags: 'DA CR',
    fields: [['a', '1']],
  },
  {
    name: 'folded header',
    body: '--b\r\nContent-Disposition: form-data;\r\n name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'HF CR',
    fields: [['a', '1']],
  },
  {
    name: 'tab folded header',
    body: '--b\r\nContent-Disposition: form-data;\r\n\tname="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'HF CR',
    fields: [['a', '1']],
  },
  {
    name: 'VT folded header',
    body: '--b\r\nContent-Disposition: form-data;\r\n\x0bname="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'HF CR IH',
    fields: [['a', '1']],
  },
  {
    name: 'space VT folded header',
    body: '--b\r\nContent-Disposition: form-data;\r\n \x0bname="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'HF CR IH',
    fields: [['a', '1']],
  },
  {
    name: 'white line in headers',
    body: `--b\r\n${A}\r\n \r\n\r\n1\r\n--b--\r\n`,
    flags: 'HF CR IH',
    fields: [['a', '1']],
  },
  {
    name: 'fold without header',
    body: `--b\r\n x: y\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE HF CR',
    error: 'Multipart parsing error: Multipart: Invalid part header (folding error).',
  },
  {
    name: 'CR folded',
    body: `--b\r\n${A}\r\n\rx: y\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE HF CR IH',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (text behind a value): form-data; name="a" x: y.',
  },
  { name: 'LF everywhere', body: `--b\n${A}\n\n1\n--b--\n`, flags: 'LF', fields: [['a', '1']] },
  { name: 'LF header line', body: `--b\r\n${A}\n\r\n1\r\n--b--\r\n`, flags: 'LF CR', fields: [['a', '1']] },
  { name: 'LF after boundary', body: `--b\n${A}\r\n\r\n1\r\n--b--\r\n`, flags: 'LF CR', fields: [['a', '1']] },
  { name: 'LF before boundary', body: `--b\r\n${A}\r\n\r\n1\n--b--\r\n`, flags: 'LF CR', fields: [['a', '1']] },
  {
    name: 'LF before unended final boundary',
    body: `--b\r\n${A}\r\n\r\n1\n--b--`,
    flags: 'LF CR',
    fields: [['a', '1']],
  },
  { name: 'LF inside data', body: `--b\r\n${A}\r\n\r\n1\n2\r\n--b--\r\n`, flags: 'CR', fields: [['a', '1\n2']] },
  { name: 'CR inside data', body: `--b\r\n${A}\r\n\r\n1\r2\r\r\n--b--\r\n`, flags: 'CR', fields: [['a', '1\r2\r']] },
  {
    name: 'line break inside data',
    body: `--b\r\n${A}\r\n\r\n1\r\n\r\n2\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1\r\n\r\n2']],
  },
  { name: 'empty value', body: `--b\r\n${A}\r\n\r\n\r\n--b--\r\n`, flags: 'CR', fields: [['a', '']] },
  {
    name: 'value of line breaks',
    body: `--b\r\n${A}\r\n\r\n\r\n\r\n\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '\r\n\r\n']],
  },
  {
    name: 'part without line break before boundary',
    body: `--b\r\n${A}\r\n\r\n--b--\r\n`,
    flags: 'PE CR IP',
    differs: '500 without running rules',
    error: 'Multipart parsing error: Multipart: Final boundary missing.',
    fields: [['a', '--b--\r\n']],
  },
  { name: 'the same, unended', body: `--b\r\n${A}\r\n\r\n--b--`, flags: 'CR IP', fields: [['a', '']] },
  { name: 'the same, file, unended', body: `--b\r\n${FILE}\r\n\r\n--b--`, flags: 'CR IP', files: [['f', 'x.txt', 0]] },
  {
    name: 'the same, another part follows',
    body: `--b\r\n${A}\r\n\r\n--b\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR IP',
    fields: [['a', `--b\r\n${A}\r\n\r\n1`]],
  },
  {
    name: 'part without blank line',
    body: `--b\r\n${A}\r\n--b--\r\n`,
    flags: 'PE CR IP',
    error: 'Multipart parsing error: Multipart: Invalid part header (colon missing): --b--.',
  },
  {
    name: 'part without anything',
    body: '--b\r\n--b--\r\n',
    flags: 'PE CR IP',
    error: 'Multipart parsing error: Multipart: Invalid part header (colon missing): --b--.',
  },
  { name: 'part without anything, unended', body: '--b\r\n--b--', flags: 'CR IP' },
  {
    name: 'nameless part',
    body: '--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Content-Disposition header missing name field.',
  },
  {
    name: 'part without Content-Disposition',
    body: '--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Part missing Content-Disposition header.',
  },
  {
    name: 'attachment',
    body: '--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (type is not form-data): attachment; name="a".',
  },
  {
    name: 'form-dataX part',
    body: '--b\r\nContent-Disposition: form-dataX; name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (type is not form-data): form-dataX; name="a".',
  },
  {
    name: 'upper-case form-data',
    body: '--b\r\nContent-Disposition: FORM-DATA; name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (type is not form-data): FORM-DATA; name="a".',
  },
  {
    name: 'duplicate Content-Disposition',
    body: `--b\r\n${A}\r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Duplicate part header: Content-Disposition.',
  },
  {
    name: 'duplicate in other case',
    body: `--b\r\n${A}\r\ncontent-disposition: form-data; name="z"\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Duplicate part header: content-disposition.',
  },
  {
    name: 'duplicate name',
    body: '--b\r\nContent-Disposition: form-data; name="a"; name="z"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (duplicate name): form-data; name="a"; name="z".',
  },
  {
    name: 'duplicate filename',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename="1"; filename="2"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (duplicate filename): form-data; name="a"; filename="1"; filename="2".',
  },
  {
    name: 'filename*',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename*=UTF-8\'\'x\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter filename*): form-data; name="a"; filename*=UTF-8\'\'x.',
  },
  {
    name: 'filename and filename*',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename="1"; filename*=UTF-8\'\'x\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter filename*): form-data; name="a"; filename="1"; filename*=UTF-8\'\'x.',
  },
  {
    name: 'continuation',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename*0="1"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter filename*0): form-data; name="a"; filename*0="1".',
  },
  {
    name: 'filename without name',
    body: '--b\r\nContent-Disposition: form-data; filename="1"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Content-Disposition header missing name field.',
  },
  {
    name: 'filename before name',
    body: '--b\r\nContent-Disposition: form-data; filename="1"; name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    files: [['a', '1', 1]],
  },
  {
    name: 'empty filename',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename=""\r\n\r\n\r\n--b--\r\n',
    flags: 'CR',
    files: [['a', '', 0]],
  },
  {
    name: 'filename =',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename ="1"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (white space behind filename): form-data; name="a"; filename ="1".',
  },
  {
    name: 'FILENAME',
    body: '--b\r\nContent-Disposition: form-data; name="a"; FILENAME="1"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter FILENAME): form-data; name="a"; FILENAME="1".',
  },
  {
    name: 'filename spelled in another parameter',
    body: '--b\r\nContent-Disposition: form-data; name="filename="; filename ="1"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    differs: 'accepted there: `filename=` occurs in the header, if only inside a value',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (white space behind filename): form-data; name="filename="; filename ="1".',
  },
  {
    name: 'NUL in filename',
    body: '--b\r\nContent-Disposition: form-data; name="a"; filename="1.php\x00.png"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Nul byte in part headers.',
  },
  {
    name: 'NUL in another header',
    body: `--b\r\n${A}\r\nX: a\x00b\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Nul byte in part headers.',
  },
  { name: 'NUL in value', body: `--b\r\n${A}\r\n\r\n1\x002\r\n--b--\r\n`, flags: 'CR', fields: [['a', '1\x002']] },
  {
    name: 'single quotes',
    body: "--b\r\nContent-Disposition: form-data; name='a'\r\n\r\n1\r\n--b--\r\n",
    flags: 'CR IQ',
    fields: [['a', '1']],
  },
  {
    name: 'single quote in a token',
    body: "--b\r\nContent-Disposition: form-data; name=a'b\r\n\r\n1\r\n--b--\r\n",
    flags: 'CR IQ',
    fields: [["a'b", '1']],
  },
  {
    name: 'single quote in a quoted value',
    body: '--b\r\nContent-Disposition: form-data; name="a\'b"\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    fields: [["a'b", '1']],
  },
  {
    name: 'unquoted name',
    body: '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'empty unquoted name',
    body: '--b\r\nContent-Disposition: form-data; name=;filename=x\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    files: [['', 'x', 1]],
  },
  {
    name: 'escaped quote',
    body: '--b\r\nContent-Disposition: form-data; name="a\\"b\\\\c\\d"\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    fields: [['a"b\\c\\d', '1']],
  },
  {
    name: 'unclosed quote',
    body: '--b\r\nContent-Disposition: form-data; name="a\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (unclosed quote): form-data; name="a.',
  },
  {
    name: 'backslash before the end',
    body: '--b\r\nContent-Disposition: form-data; name="a\\\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (unclosed quote): form-data; name="a\\\\.',
  },
  {
    name: 'text behind a quote',
    body: '--b\r\nContent-Disposition: form-data; name="a"b\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR IQ',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (text behind a value): form-data; name="a"b.',
  },
  {
    name: 'quote in a token',
    body: '--b\r\nContent-Disposition: form-data; name=a"b"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (text behind a value): form-data; name=a"b".',
  },
  {
    name: 'two quotes',
    body: '--b\r\nContent-Disposition: form-data; name="a""b"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR IQ',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (text behind a value): form-data; name="a""b".',
  },
  {
    name: 'trailing semicolon',
    body: '--b\r\nContent-Disposition: form-data; name="a";\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'trailing semicolon and space',
    body: '--b\r\nContent-Disposition: form-data; name="a"; \r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter without value): form-data; name="a"; .',
  },
  {
    name: 'parameter without value',
    body: '--b\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter without value): form-data; name.',
  },
  {
    name: 'parameter with empty end',
    body: '--b\r\nContent-Disposition: form-data; name=\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter without value): form-data; name=.',
  },
  {
    name: 'space around =',
    body: '--b\r\nContent-Disposition: form-data; name = "a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'unknown parameter',
    body: '--b\r\nContent-Disposition: form-data; name="a"; x="y"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error:
      'Multipart parsing error: Multipart: Invalid Content-Disposition header (parameter x): form-data; name="a"; x="y".',
  },
  {
    name: 'header without colon',
    body: `--b\r\n${A}\r\nnonsense\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid part header (colon missing): nonsense.',
  },
  {
    name: 'header without name',
    body: `--b\r\n${A}\r\n: x\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid part header (header name missing).',
  },
  {
    name: 'space before colon',
    body: '--b\r\nContent-Disposition : form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid part header (contains invalid character).',
  },
  {
    name: '__proto__ header',
    body: `--b\r\n${A}\r\n__proto__: x\r\nconstructor: y\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'unknown headers',
    body: `--b\r\n${A}\r\nContent-Transfer-Encoding: base64\r\nX-Y:z\r\n\r\nMQ==\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', 'MQ==']],
  },
  {
    name: 'longest header line',
    body: `--b\r\n${A}\r\nX: ${'y'.repeat(4090)}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'header line too long',
    body: `--b\r\n${A}\r\nX: ${'y'.repeat(4091)}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Part header line over 4096 bytes long',
  },
  {
    name: 'long folded header',
    body: `--b\r\n${A}\r\nX: ${'y'.repeat(4000)}\r\n ${'z'.repeat(100)}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE HF CR',
    error: 'Multipart parsing error: Multipart: Part header too long.',
  },
  {
    name: 'dash line in data',
    body: `--b\r\n${A}\r\n\r\n1\r\n--x\r\n2\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1\r\n--x\r\n2']],
  },
  {
    name: 'lone dashes in data',
    body: `--b\r\n${A}\r\n\r\n1\r\n--\r\n2\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1\r\n--\r\n2']],
  },
  {
    name: 'signature dashes in data',
    body: `--b\r\n${A}\r\n\r\n1\r\n-- \r\n2\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1\r\n-- \r\n2']],
  },
  {
    name: 'single dash in data',
    body: `--b\r\n${A}\r\n\r\n1\r\n-x\r\n2\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1\r\n-x\r\n2']],
  },
  {
    name: 'dashes inside a line',
    body: `--b\r\n${A}\r\n\r\n1 --x\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '1 --x']],
  },
  {
    name: 'boundary inside a line',
    body: `--b\r\n${A}\r\n\r\n1 --b\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1 --b']],
  },
  {
    name: 'boundary inside a file line',
    body: `--b\r\n${FILE}\r\n\r\n1 --b\r\n--b--\r\n`,
    flags: 'CR UB',
    files: [['f', 'x.txt', 5]],
  },
  {
    name: 'boundary inside a header line',
    body: `--b\r\n${A}\r\nX: --b\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1']],
  },
  {
    name: 'dash header line',
    body: `--b\r\n${A}\r\n--x: y\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1']],
  },
  {
    name: 'boundary header line',
    body: `--b\r\n${A}\r\n--b: y\r\n\r\n1\r\n--b--\r\n`,
    flags: 'CR IP',
    fields: [['a', '1']],
  },
  {
    name: 'boundary prefix line',
    body: `--b\r\n${A}\r\n\r\n1\r\n--bX\r\n2\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid boundary: --bX',
    fields: [['a', '1']],
  },
  {
    name: 'boundary with trailing space',
    body: `--b \r\n${A}\r\n\r\n1\r\n--b--\r\n`,
    flags: 'PE',
    error: 'Multipart parsing error: Multipart: Invalid boundary: --b ',
  },
  {
    name: 'final boundary with trailing space',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b-- \r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid boundary: --b-- ',
    fields: [['a', '1']],
  },
  {
    name: 'boundary and one dash',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b-\r\n--b--\r\n`,
    flags: 'PE CR',
    error: 'Multipart parsing error: Multipart: Invalid boundary: --b-',
    fields: [['a', '1']],
  },
  {
    name: 'space before the boundary',
    body: `--b\r\n${A}\r\n\r\n1\r\n-- b\r\n--b--\r\n`,
    flags: 'PE CR UB',
    differs: 'the line is none of ours, so UB is raised as well',
    error: 'Multipart parsing error: Multipart: Invalid boundary (whitespace).',
    fields: [['a', '1\r\n-- ']],
  },
  {
    name: 'much space before the boundary',
    body: `--b\r\n${A}\r\n\r\n1\r\n--${' \t\x0b'.repeat(40)}b--\r\n--b--\r\n`,
    flags: 'PE CR UB',
    differs: 'the line is none of ours, so UB is raised as well',
    error: 'Multipart parsing error: Multipart: Invalid boundary (whitespace).',
    fields: [['a', `1\r\n--${' \t\x0b'.repeat(40)}`]],
  },
  {
    name: 'first line is a dash line',
    body: `--b\r\n${A}\r\n\r\n--x\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '--x']],
  },
  {
    name: 'first line is spaced boundary',
    body: `--b\r\n${A}\r\n\r\n-- b\r\n--b--\r\n`,
    flags: 'PE CR UB',
    differs: 'the line is none of ours, so UB is raised as well',
    error: 'Multipart parsing error: Multipart: Invalid boundary (whitespace).',
    fields: [['a', '-- ']],
  },
  {
    name: 'three dashes',
    body: `--b\r\n${A}\r\n\r\n1\r\n---b\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '1\r\n---b']],
  },
  {
    name: 'nested multipart',
    body: `--b\r\n${A}\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Disposition: file; filename="x"\r\n\r\n1\r\n--c--\r\n--b--\r\n`,
    flags: 'CR UB',
    fields: [['a', '--c\r\nContent-Disposition: file; filename="x"\r\n\r\n1\r\n--c--']],
  },
  {
    name: 'two fields, same name',
    body: `--b\r\n${A}\r\n\r\n1\r\n--b\r\n${A}\r\n\r\n2\r\n--b--\r\n`,
    flags: 'CR',
    fields: [
      ['a', '1'],
      ['a', '2'],
    ],
  },
  {
    name: 'dashes as boundary',
    contentType: 'multipart/form-data; boundary=---',
    body: `-----\r\n${A}\r\n\r\n1\r\n-------\r\n`,
    flags: 'CR',
    fields: [['a', '1']],
  },
  {
    name: 'long value',
    body: `--b\r\n${A}\r\n\r\n${'x'.repeat(9000)}\r\n${'y'.repeat(5000)}\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', `${'x'.repeat(9000)}\r\n${'y'.repeat(5000)}`]],
  },
  { name: 'CR CR LF', body: `--b\r\n${A}\r\n\r\n1\r\r\n2\r\r\n--b--\r\n`, flags: 'CR', fields: [['a', '1\r\r\n2\r']] },
  {
    name: 'charset part',
    body: `--b\r\n${A}\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ADw-\r\n--b--\r\n`,
    flags: 'CR',
    fields: [['a', '+ADw-']],
  },
];
