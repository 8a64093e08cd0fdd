import type { MultipartFlags } from '../registry/body-processor.ts';
import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A 0/1 variable that tells what the multipart parser saw; 0 when the body was not multipart. */
function flag(
  name: string,
  summary: string,
  isRaised: (flags: Readonly<MultipartFlags>) => boolean,
  aliases: readonly string[] = [],
): Variable {
  return defineVariable({
    name,
    aliases,
    summary,
    kind: 'scalar',
    phase: 2,
    members: (tx) => {
      const flags = tx.body.result?.multipart;
      return scalar(flags !== undefined && isRaised(flags) ? '1' : '0');
    },
  });
}

export const multipartFlags: readonly Variable[] = [
  flag('MULTIPART_BOUNDARY_QUOTED', 'The boundary parameter is in double quotes.', (flags) => flags.boundaryQuoted),
  flag(
    'MULTIPART_BOUNDARY_WHITESPACE',
    'White space around the = of the boundary parameter.',
    (flags) => flags.boundaryWhitespace,
  ),
  flag(
    'MULTIPART_CRLF_LF_LINES',
    'Boundary and header lines end in CR LF here and in LF there.',
    (flags) => flags.crlfLine && flags.lfLine,
  ),
  flag('MULTIPART_CRLF_LINE', 'A boundary or header line ends in CR LF, as it should.', (flags) => flags.crlfLine),
  flag('MULTIPART_DATA_AFTER', 'Something follows the final boundary.', (flags) => flags.dataAfter),
  flag('MULTIPART_DATA_BEFORE', 'A non-empty line precedes the first boundary.', (flags) => flags.dataBefore),
  flag('MULTIPART_FILE_LIMIT_EXCEEDED', 'More files than SecUploadFileLimit.', (flags) => flags.fileLimitExceeded),
  flag('MULTIPART_HEADER_FOLDING', 'A part header is folded.', (flags) => flags.headerFolding),
  flag(
    'MULTIPART_INVALID_HEADER_FOLDING',
    'A part header is folded with a byte that is neither space nor tab.',
    (flags) => flags.invalidHeaderFolding,
  ),
  flag('MULTIPART_INVALID_PART', 'A part without body or without name.', (flags) => flags.invalidPart),
  flag(
    'MULTIPART_INVALID_QUOTING',
    'Wrong quoting in a Content-Disposition parameter.',
    (flags) => flags.invalidQuoting,
  ),
  flag('MULTIPART_LF_LINE', 'A boundary or header line ends in a bare LF.', (flags) => flags.lfLine),
  flag(
    'MULTIPART_MISSING_SEMICOLON',
    'No semicolon before the boundary parameter.',
    (flags) => flags.missingSemicolon,
    ['MULTIPART_SEMICOLON_MISSING'],
  ),
  flag('MULTIPART_STRICT_ERROR', 'At least one of the strictness flags is raised.', isStrictError),
  flag(
    'MULTIPART_UNMATCHED_BOUNDARY',
    'A line looks like a boundary but is none of ours.',
    (flags) => flags.unmatchedBoundary,
  ),
];

/** What MULTIPART_STRICT_ERROR sums up; UNMATCHED_BOUNDARY is not part of it, as in ModSecurity. */
function isStrictError(flags: Readonly<MultipartFlags>): boolean {
  return (
    flags.parserError ||
    flags.boundaryQuoted ||
    flags.boundaryWhitespace ||
    flags.dataBefore ||
    flags.dataAfter ||
    flags.headerFolding ||
    flags.lfLine ||
    flags.missingSemicolon ||
    flags.invalidQuoting ||
    flags.invalidPart ||
    flags.invalidHeaderFolding ||
    flags.fileLimitExceeded
  );
}

export const multipartName: Variable = defineVariable({
  name: 'MULTIPART_NAME',
  summary: 'Field name of the last part.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => optional(tx.body.result?.lastPartName),
});

export const multipartFilename: Variable = defineVariable({
  name: 'MULTIPART_FILENAME',
  summary: 'File name of the last part that has one.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => optional(tx.body.result?.lastFilename),
});

export const multipartPartHeaders: Variable = defineVariable({
  name: 'MULTIPART_PART_HEADERS',
  summary: 'Raw header lines of all parts, keyed by field name.',
  kind: 'collection',
  phase: 2,
  members: (tx) =>
    tx.body.result?.partHeaders.map(({ partName, line }) => ({ key: partName, value: line })) ?? NO_MEMBERS,
});

function optional(value: string | undefined): ReturnType<typeof scalar> {
  return value === undefined ? NO_MEMBERS : scalar(value);
}
