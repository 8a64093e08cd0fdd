import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartCorpus } from '../../test/body-processors/multipart-corpus.ts';
import { cutAt, expectSameForEverySplit, parseBody } from '../../test/body-processors/parse-body.ts';
import { processorTime } from '../../test/support/processor-time.ts';
import { fromBytes, toBytes } from '../bytes/byte-string.ts';
import type { BodyOptions, BodyProcessor, BodyResult, MultipartFlags } from '../registry/body-processor.ts';
import { multipart } from './multipart.ts';

const LETTERS = {
  PE: 'parserError',
  BQ: 'boundaryQuoted',
  BW: 'boundaryWhitespace',
  DB: 'dataBefore',
  DA: 'dataAfter',
  HF: 'headerFolding',
  LF: 'lfLine',
  CR: 'crlfLine',
  SM: 'missingSemicolon',
  IQ: 'invalidQuoting',
  IP: 'invalidPart',
  IH: 'invalidHeaderFolding',
  FL: 'fileLimitExceeded',
  UB: 'unmatchedBoundary',
} as const satisfies Record<string, keyof MultipartFlags>;

function raised({ multipart: flags }: BodyResult): string {
  return Object.entries(LETTERS)
    .filter(([, flag]) => flags?.[flag])
    .map(([letters]) => letters)
    .join(' ');
}

const optionsFor = (contentType: string | undefined): Partial<BodyOptions> =>
  contentType === undefined ? {} : { contentType };

describe('MULTIPART', () => {
  it.each(multipartCorpus)('judges: $name', ({ contentType, body, flags, error, fields = [], files = [] }) => {
    const result = parseBody(multipart, [body], optionsFor(contentType));
    expect(raised(result)).toBe(flags);
    expect(result.error).toBe(error);
    expect(result.arguments.map(({ name, value }) => [name, value])).toEqual(fields);
    expect(result.files.map(({ name, filename, size }) => [name, filename, size])).toEqual(files);
  });

  it.each(multipartCorpus)('gives one result for every split: $name', ({ contentType, body }) => {
    expectSameForEverySplit(multipart, body, optionsFor(contentType));
  });

  it('sees every flag raised in the corpus', () => {
    const seen = new Set(multipartCorpus.flatMap(({ flags }) => flags.split(' ')));
    // The file limit needs extraction; it has its own test.
    expect([...Object.keys(LETTERS)].filter((letters) => !seen.has(letters))).toEqual(['FL']);
  });

  it('never throws and never depends on the split, whatever the bytes', () => {
    const pieces = fc.constantFrom(
      '--b',
      '--',
      '-',
      'b',
      '\r',
      '\n',
      '\r\n',
      ' ',
      'x',
      '\0',
      ':',
      ';',
      '"',
      "'",
      '\xff',
    );
    const header = fc.constantFrom(
      'Content-Disposition: form-data; name="a"',
      'filename=',
      'X: y',
      '--b--',
      '\r\n\r\n',
    );
    const body = fc.array(fc.oneof(pieces, header), { maxLength: 40 }).map((list) => `--b\r\n${list.join('')}`);
    fc.assert(
      fc.property(body, fc.array(fc.nat(200)), (text, cuts) => {
        const whole = parseBody(multipart, [text]);
        expect(
          parseBody(
            multipart,
            cutAt(
              text,
              cuts.map((cut) => cut % (text.length + 1)),
            ),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back what a sound client sends', () => {
    const value = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    const name = fc.string({ unit: fc.constantFrom(...'abc[]. _-') });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { minLength: 1 }), (fields) => {
        const parts = fields.map(
          ([field, text]) => `--bound\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${text}\r\n`,
        );
        const body = `${parts.join('')}--bound--\r\n`;
        const result = parseBody(multipart, [body], { contentType: 'multipart/form-data; boundary=bound' });
        fc.pre(!fields.some(([, text]) => text.includes('--')));
        expect(result.error).toBeUndefined();
        expect(raised(result)).toBe('CR');
        expect(result.arguments.map((argument) => [argument.name, argument.value])).toEqual(fields);
      }),
    );
  });

  it('tells about parts: raw header lines, last names, numbers and types', () => {
    const body = [
      '--b\r\nContent-Disposition: form-data;\r\n  name="a"\r\nX-y:z\r\n\r\n1\r\n',
      '--b\r\ncontent-disposition: form-data; name="f"; filename="C:\\x.txt"\r\nContent-Type:  text/plain\r\n\r\n12345\r\n',
      '--b\r\nContent-Disposition: form-data; name="z"\r\n\r\n\r\n--b--\r\n',
    ].join('');
    const result = parseBody(multipart, [body]);
    expect(result.partHeaders).toEqual([
      { partName: 'a', line: 'Content-Disposition: form-data; name="a"' },
      { partName: 'a', line: 'X-y:z' },
      { partName: 'f', line: 'content-disposition: form-data; name="f"; filename="C:\\x.txt"' },
      { partName: 'f', line: 'Content-Type:  text/plain' },
      { partName: 'z', line: 'Content-Disposition: form-data; name="z"' },
    ]);
    expect(result.files).toEqual([
      { name: 'f', filename: 'C:\\x.txt', size: 5, contentType: 'text/plain', partNumber: 2 },
    ]);
    expect(result.lastPartName).toBe('z');
    expect(result.lastFilename).toBe('C:\\x.txt');
    expect(result.isForm).toBe(true);
    expect(multipart.definesRequestBody).toBe(false);
  });

  it('counts header lines and field values, not boundaries, files or what is around them', () => {
    const header = 'Content-Disposition: form-data; name="a"\r\n';
    const file = 'Content-Disposition: form-data; name="f"; filename="x"\r\n';
    const body = `preamble\r\n--b\r\n${header}\r\nvalue\r\n--b\r\n${file}\r\n${'x'.repeat(1000)}\r\n--b--\r\nepilogue`;
    expect(parseBody(multipart, [body]).noFilesLength).toBe(header.length + 2 + 'value'.length + file.length + 2);
  });

  it.each([
    ['a dash line', '1\r\n2\r\n--x\r\n', '--x'],
    ['a boundary inside of a line', '1\r\n22 --b\r\n3\r\n', '22 --b'],
    ['a boundary inside of a line, and a dash line behind it', '22 --b\r\n--x\r\n', '22 --b'],
    ['a dash line at the start of a part', '--x\r\n', '--x'],
    ['nothing', '1\r\n', undefined],
  ])('tells where the unmatched boundary is: %s', (_, data, line) => {
    const body = `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${data}--b--`;
    const offset = line === undefined ? -1 : body.indexOf(line);
    expect(parseBody(multipart, [body]).multipart?.unmatchedBoundaryOffset).toBe(offset);
    expectSameForEverySplit(multipart, body);
  });

  it.each([
    ['x\r\n--x\r\n--b--\r\n', '--x'],
    ['--b\r\nX: --b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--', 'X: --b'],
  ])('tells where it is outside of data: %j', (body, line) => {
    expect(parseBody(multipart, [body]).multipart?.unmatchedBoundaryOffset).toBe(body.indexOf(line));
    expectSameForEverySplit(multipart, body);
  });

  it('keeps arguments up to the limit, reports the rest and reads on', () => {
    const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
    const result = parseBody(multipart, [`${part.repeat(3)}--b--\r\nx`], { argumentsLimit: 2 });
    expect(result.arguments).toHaveLength(2);
    expect(result.error).toBe('SecArgumentsLimit exceeded');
    expect(raised(result)).toBe('DA CR');
  });

  it('ignores what follows an error', () => {
    const result = parseBody(multipart, [
      '--b\r\n',
      'no colon\r\n',
      'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--',
    ]);
    expect(result.error).toBe('Multipart parsing error: Multipart: Invalid part header (colon missing): no colon.');
    expect(result.arguments).toEqual([]);
  });

  it.each([
    ['', 'Multipart: Content-Type header not available.'],
    ['multipart/mixed; boundary=b', 'Multipart: Invalid MIME type.'],
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, 'Multipart: Invalid boundary in C-T (length).'],
    [`multipart/form-data;${' '.repeat(1000)} boundary=b`, 'Multipart: Invalid boundary in C-T (length).'],
  ])('refuses the Content-Type %j', (contentType, error) => {
    const result = parseBody(multipart, ['--b--'], { contentType });
    expect(result.error).toBe(error);
    expect(result.multipart?.parserError).toBe(true);
  });

  it('takes a boundary of 70 bytes', () => {
    const boundary = 'b'.repeat(70);
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}--\r\n`;
    const options = { contentType: `multipart/form-data; boundary=${boundary}` };
    expect(parseBody(multipart, [body], options).error).toBeUndefined();
    expectSameForEverySplit(multipart, body, options);
  });
});

describe('MULTIPART, files passed over as bytes', () => {
  let passed = 0;
  /** Gives the parser bytes first, as a server does. */
  const ofBytes: BodyProcessor = {
    ...multipart,
    createParser(options) {
      const parser = multipart.createParser(options);
      return {
        write(chunk) {
          const bytes = toBytes(chunk);
          const count = parser.passOver?.(bytes) ?? 0;
          passed += count;
          parser.write(fromBytes(bytes.subarray(count)));
        },
        finish: () => parser.finish(),
        get result() {
          return parser.result;
        },
      };
    },
  };
  const FILE = '--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n';

  it.each(multipartCorpus)('gives what characters give: $name', ({ contentType, body }) => {
    const whole = parseBody(multipart, [body], optionsFor(contentType));
    expect(parseBody(ofBytes, [body], optionsFor(contentType))).toEqual(whole);
    for (let at = 0; at <= body.length; at += 7) {
      expect(parseBody(ofBytes, [body.slice(0, at), body.slice(at)], optionsFor(contentType))).toEqual(whole);
    }
  });

  it.each(['b', 'a-long_boundary'])(
    'gives what characters give, for every split, whatever the file holds: %s',
    (boundary) => {
      passed = 0;
      const filler = 'y'.repeat(2 * boundary.length + 20);
      const nearly = `--${boundary.slice(0, -1)}`;
      const words = [
        `--${boundary}`,
        nearly,
        '--',
        '-',
        '\r',
        '\n',
        '\r\n',
        '\n--',
        '-'.repeat(40),
        `"${boundary}`,
        ` ${boundary}`,
        '\0',
        '\xff',
      ];
      const piece = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...words) },
        { weight: 2, arbitrary: fc.constantFrom('x', filler, filler.slice(3)) },
        { weight: 1, arbitrary: fc.constant(`\r\n${FILE.replace('--b', `--${boundary}`)}`) },
      );
      const head = FILE.replace('--b', `--${boundary}`);
      for (const type of [boundary, `"${boundary}"`]) {
        const options = { contentType: `multipart/form-data; boundary=${type}` };
        fc.assert(
          fc.property(
            fc.array(piece, { maxLength: 25 }),
            fc.boolean(),
            fc.array(fc.nat(2000), { maxLength: 6 }),
            (list, isEnded, cuts) => {
              const text = `${head}${filler}${list.join('')}${isEnded ? `\r\n--${boundary}--\r\n` : ''}`;
              const places = cuts.map((cut) => cut % (text.length + 1));
              expect(parseBody(ofBytes, cutAt(text, places), options)).toEqual(parseBody(multipart, [text], options));
            },
          ),
          { numRuns: 2000 },
        );
      }
      expect(passed).toBeGreaterThan(10_000);
    },
  );

  it('passes over nearly all of a file, and nothing that somebody looks at', () => {
    const content = 'x'.repeat(10_000);
    const passedOf = (head: string, options: Partial<BodyOptions>): number => {
      passed = 0;
      parseBody(ofBytes, [head, content, '\r\n--b--\r\n'], options);
      return passed;
    };
    expect(passedOf(FILE, {})).toBeGreaterThan(9900);
    expect(passedOf(FILE, { extractFiles: true, fileSink: () => {} })).toBe(0);
    expect(passedOf(FILE.replace('filename', 'file'), {})).toBe(0);
  });
});

describe('MULTIPART, extraction of files', () => {
  const file = (name: string, content: string): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\n\r\n${content}\r\n`;
  const body = `${file('a', 'one\r\n\r\n')}--b\r\nContent-Disposition: form-data; name="v"\r\n\r\n1\r\n${file('b', '')}${file('c', 'three')}--b--`;

  function extract(
    chunks: readonly string[],
    options: Partial<BodyOptions>,
  ): { result: BodyResult; contents: string[] } {
    const contents: string[] = [];
    const fileSink = (index: number, chunk: string): void => {
      contents[index] = (contents[index] ?? '') + chunk;
    };
    return { result: parseBody(multipart, chunks, { extractFiles: true, fileSink, ...options }), contents };
  }

  it('hands over the contents, of empty files too', () => {
    const { result, contents } = extract([body], {});
    expect(contents).toEqual(['one\r\n\r\n', '', 'three']);
    expect(result.files.map(({ size }) => size)).toEqual([7, 0, 5]);
    expect(result.arguments).toEqual([{ name: 'v', value: '1' }]);
    expect(result.multipart?.fileLimitExceeded).toBe(false);
  });

  it('hands over the same bytes for every split', () => {
    for (let at = 0; at <= body.length; at++) {
      expect(extract([body.slice(0, at), body.slice(at)], {}).contents).toEqual(['one\r\n\r\n', '', 'three']);
    }
    expect(extract(body.split(''), {}).contents).toEqual(['one\r\n\r\n', '', 'three']);
  });

  it('stops extracting at the limit, flags it, and still counts sizes', () => {
    const { result, contents } = extract([body], { uploadFileLimit: 1 });
    expect(contents).toEqual(['one\r\n\r\n']);
    expect(result.multipart?.fileLimitExceeded).toBe(true);
    expect(result.error).toBeUndefined();
    expect(result.files.map(({ size }) => size)).toEqual([7, 0, 5]);
  });

  it('extracts nothing unless asked to', () => {
    const { result, contents } = extract([body], { extractFiles: false, uploadFileLimit: 0 });
    expect(contents).toEqual([]);
    expect(result.multipart?.fileLimitExceeded).toBe(false);
  });
});

describe('MULTIPART, cost', () => {
  const MEGABYTE = 1 << 20;
  const fill = (unit: string): string => unit.repeat(MEGABYTE / unit.length);
  const time = (data: string, boundary: string): number => {
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${data}\r\n--${boundary}--\r\n`;
    const started = processorTime();
    parseBody(multipart, [body], { contentType: `multipart/form-data; boundary=${boundary}` });
    return processorTime() - started;
  };

  // A quadratic parser needs minutes for these.
  it.each([
    ['line breaks with a dash', '\r\n-', 'b'],
    ['dash lines', '\n--x', 'b'],
    ['dashes', '-', `${'-'.repeat(69)}b`],
    ['carriage returns', '\r', 'b'],
    ['line feeds', '\n', 'b'],
    ['blanks behind dashes', '\n--  ', 'b'],
    ['almost the boundary, on lines', `\r\n--${'a'.repeat(69)}`, `${'a'.repeat(69)}b`],
    ['almost the boundary, inside a line', `x--${'a'.repeat(69)}`, `${'a'.repeat(69)}b`],
    ['almost the boundary, backwards', `--${'a'.repeat(69)}`, `b${'a'.repeat(69)}`],
  ])('is linear for a megabyte of %s', (_, unit, boundary) => {
    expect(time(fill(unit), boundary)).toBeLessThan(2000);
  });

  it('is linear for a megabyte in single bytes', () => {
    const data = fill('\r\n-');
    const started = processorTime();
    parseBody(multipart, `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${data}\r\n--b--`.split(''));
    expect(processorTime() - started).toBeLessThan(10_000);
  });
});
