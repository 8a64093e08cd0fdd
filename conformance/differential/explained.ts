import { ANSWERS } from './answers.ts';
import type { Difference } from './compare.ts';
import { IDS } from './configuration.ts';
import {
  areSame,
  has,
  hasBodyError,
  hasHeader,
  hasRun,
  hasSetting,
  hasSwitch,
  isBehindBody,
  isCut,
  isInPhases,
  isMultipart,
  isOrder,
  isSpelling,
  SPELLINGS,
  textOf,
  through,
  throughReading,
  throughTransformation,
  withoutPath,
} from './predicates.ts';
import { type TargetSpec, valuesIn } from './rule-text.ts';

/** A difference that was chosen, with the narrowest description of where it shows. */
export interface Explanation {
  /** Its row of the table in docs/adr/0009 says what ModSecurity 2 does, what we do, and why. */
  readonly name: string;
  applies(difference: Difference): boolean;
}

const NUMERIC = /^(?:eq|ge|gt|le|lt)$/;
/** Transformations of which ModSecurity 2 tells by other signs than a change whether they changed something. */
const CHANGED_BY_OTHER_SIGNS =
  /^(?:(?:css|js|htmlEntity|escapeSeq)Decode|trim.*|compressWhitespace|cmdLine|hex.*|length|md5|sha1|sqlHexDecode|base64.*|utf8toUnicode)$/;
/** Transformations that look for a NUL instead of counting bytes in ModSecurity 2. */
const ENDS_AT_NUL = /^(?:base64Decode.*|cmdLine|sqlHexDecode)$/;

/** The first that applies counts. Whatever is not described here is a mistake of ours, or one of theirs that nobody has looked at yet. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'lines of phase 1 show the path as later lines do',
    applies: (one) => isInPhases(one, 1) && areSame(one, (line) => line),
  },
  {
    name: 'members of ENV and RULE have their name',
    applies: (one) => isSpelling(one, SPELLINGS.names),
  },
  {
    name: 'rule.x has a value in messages',
    applies: (one) => isSpelling(one, SPELLINGS.rule),
  },
  {
    name: 'SecAction leaves MATCHED_VAR alone',
    applies: (one) => throughSecAction(one) && throughReading(one, /^MATCHED_VAR/),
  },
  {
    name: 'one variable has one name in logs',
    applies: (one) =>
      isSpelling(one, SPELLINGS.alias) ||
      (one.id === undefined &&
        throughReading(one, /^REQBODY_PROCESSOR_ERROR/) &&
        throughReading(one, /^MATCHED_VAR_NAME$/)),
  },
  {
    name: 'quotes in names do not end a field',
    applies: (one) => isSpelling(one, SPELLINGS.quotes),
  },
  {
    name: 'names are escaped once',
    applies: (one) => throughReading(one, /^MATCHED_VAR(?:S_NAMES|S|_NAME)$/) && isSpelling(one, SPELLINGS.backslashes),
  },
  {
    name: 'data is not cut inside an escape',
    applies: (one) => isSpelling(one, SPELLINGS.cut),
  },
  {
    name: 'long lines are whole',
    applies: isCut,
  },
  {
    name: 'the limit without files refuses where limits refuse',
    applies: (one) => {
      const { theirs, ours } = one.sides;
      if (!isBehindBody(one) || !hasSetting(one, 'SecRequestBodyNoFilesLimit')) return false;
      return theirs.status === 413 ? ours.status !== 413 : ours.status === 413 && isMultipart(one);
    },
  },
  {
    name: 'bodies that cannot be parsed are for rules to judge',
    applies: (one) =>
      isBehindBody(one) && hasBodyError(one.sides.ours.lines) && !hasRun(one, one.sides.theirs.lines, 2),
  },
  {
    name: 'a body that was refused is not judged',
    applies: (one) =>
      one.unit === undefined &&
      one.id !== undefined &&
      one.sides.theirs.status === 413 &&
      one.sides.ours.status === 413,
  },
  {
    name: 'the page that refuses is not inspected',
    applies: (one) => {
      const { theirs, ours } = one.sides;
      if (ours.endedIn === undefined) return false;
      const isTooLong =
        theirs.status === 500 && (hasSetting(one, 'SecResponseBodyLimit') || hasSwitch(one, 'responseBodyLimit'));
      if (one.unit === undefined) return isTooLong;
      return isInPhases(one, 3, 5) && ours.status === 413 && (theirs.status === 413 || isTooLong);
    },
  },
  {
    name: 'bodies are not read after allow',
    applies: (one) => {
      const isAllowed = (what: RegExp): boolean => one.sides.ours.lines.some(({ text }) => what.test(text));
      const isTooLong =
        one.unit === undefined && one.sides.theirs.status === 500 && hasSetting(one, 'SecResponseBodyLimit');
      return (
        (isBehindBody(one) && isAllowed(/^Access (?:to request )?allowed \(phase 1\)/)) ||
        (isTooLong && isAllowed(/^Access allowed \(phase [123]\)/))
      );
    },
  },
  {
    name: 'a part of a body ends at the limit',
    applies: (one) => {
      const isPartial =
        one.configuration.mode === 'DetectionOnly' || hasSetting(one, 'SecRequestBodyLimitAction ProcessPartial');
      const limit = hasSwitch(one, 'requestBodyLimit') ? 100 : hasSetting(one, 'SecRequestBodyLimit ') ? 300 : Infinity;
      return isBehindBody(one) && isPartial && one.request.body.length > limit;
    },
  },
  {
    name: 'two dashes alone are an unmatched boundary',
    applies: (one) =>
      isMultipart(one) && /^--$/m.test(one.request.body) && throughReading(one, /^MULTIPART_UNMATCHED_BOUNDARY$/),
  },
  {
    name: 'macros in patterns are patterns',
    applies: (one) => through(one, ({ operator, argument }) => operator === 'rx' && argument.includes('%{')),
  },
  {
    name: 'XML with a document type is refused',
    applies: (one) => isBehindBody(one) && one.request.body.includes('<!DOCTYPE') && hasBodyError(one.sides.ours.lines),
  },
  {
    name: 'the outermost object counts for the depth of JSON',
    applies: (one) =>
      isBehindBody(one) &&
      hasSetting(one, 'SecRequestBodyJsonDepthLimit') &&
      hasHeader(one, 'Content-Type', /json/) &&
      hasBodyError(one.sides.ours.lines),
  },
  {
    name: 'any status can be answered',
    applies: ({ unit, theirs, ours }) => unit === undefined && theirs[0] === '500' && ours[0] === '418',
  },
  {
    name: 'default actions stay in their phase',
    applies: (one) =>
      one.configuration.defaultPhases.length === 1 &&
      (one.unit === undefined ? one.id !== undefined : !isInPhases(one, 2)),
  },
  {
    name: 'exclusions count wherever they stand',
    applies: (one) =>
      through(one, ({ targets = [] }) =>
        targets.some(
          (target, index) =>
            target.form === 'exclusion' &&
            targets
              .slice(index)
              .some((later) => later.form !== 'exclusion' && variableOf(later) === variableOf(target)),
        ),
      ),
  },
  {
    name: 'targets to remove can be named by a pattern',
    applies: (one) =>
      through(one, (link) => valuesIn(link, 'ctl').some((value) => /RemoveTarget.*;\w+:\//.test(value))),
  },
  {
    name: 'targets are removed from the whole chain',
    applies: (one) =>
      through(one, (link) => has(link, 'chain')) &&
      through(one, (link) => valuesIn(link, 'ctl').some((value) => value.includes('RemoveTarget'))),
  },
  {
    name: 'new actions leave a chain a chain',
    applies: (one) =>
      through(one, (link) => has(link, 'chain')) &&
      Array.from(one.unit?.behind.values() ?? []).some((line) => line.startsWith('SecRuleUpdateActionById')),
  },
  {
    name: 'multiMatch goes by what has changed',
    applies: (one) =>
      through(
        one,
        (link) => has(link, 'multiMatch') && valuesIn(link, 't').some((name) => CHANGED_BY_OTHER_SIGNS.test(name)),
      ),
  },
  {
    name: 'multiMatch without transformations looks once',
    applies: (one) =>
      through(one, (link) => has(link, 'multiMatch') && (valuesIn(link, 't').at(-1) ?? 'none') === 'none'),
  },
  {
    name: 'groups of verify operators are groups',
    applies: (one) => through(one, (link) => link.operator.startsWith('verify') && has(link, 'capture')),
  },
  {
    name: 'only what makes the rule match is captured',
    applies: (one) => through(one, (link) => link.isNegated && has(link, 'capture')),
  },
  {
    name: 'severity 0 is the highest',
    applies: (one) =>
      one.configuration.units.some(({ links }) => links.some((link) => valuesIn(link, 'severity').includes('0'))) &&
      throughReading(one, /^HIGHEST_SEVERITY$/),
  },
  {
    name: 'variables keep their first spelling',
    applies: (one) =>
      isSpelling(one, SPELLINGS.variables) ||
      (one.id === undefined && String(one.theirs.map(lowerName).sort()) === String(one.ours.map(lowerName).sort())),
  },
  {
    name: 'a decoder ends where the one before it ended',
    applies: (one) => throughTransformation(one, (name, index) => index > 0 && ENDS_AT_NUL.test(name)),
  },
  {
    name: 'nothing hides behind a NUL',
    applies: (one) =>
      throughTransformation(one, (name) => ENDS_AT_NUL.test(name)) && textOf(one.request).includes('\0'),
  },
  {
    name: 'names that end in dots are names',
    applies: (one) => throughTransformation(one, (name) => /^normali[sz]ePath/i.test(name)),
  },
  {
    name: 'what was read of a broken body is seen',
    applies: (one) =>
      isInPhases(one, 2, 5) &&
      hasBodyError(one.sides.ours.lines) &&
      throughReading(one, isMultipart(one) ? /^(?:ARGS|HIGHEST_SEVERITY$)/ : /^XML$/),
  },
  {
    name: 'parser errors have words of their own',
    applies: (one) => hasBodyError(one.sides.ours.lines) && throughReading(one, /_ERROR_MSG$/),
  },
  {
    name: 'dots in JSON keys are part of the key',
    applies: (one) => isInPhases(one, 2, 5) && one.request.body.includes('"a.b"') && throughReading(one, /^ARGS/),
  },
  {
    name: 'headers are as they were received',
    applies: (one) => one.request.uri.startsWith('http://') && throughReading(one, /^(?:REQUEST_HEADERS$|HTTP_HOST$)/i),
  },
  {
    name: 'cookies of one header do not run into the next',
    applies: (one) =>
      one.request.headers.filter(([name]) => name === 'Cookie').length > 1 && throughReading(one, /^REQUEST_COOKIES/),
  },
  {
    name: 'Authorization names the user',
    applies: (one) => hasHeader(one, 'Authorization') && throughReading(one, /^(?:REMOTE_USER|AUTH_TYPE)$/),
  },
  {
    name: 'PATH_INFO is the path',
    applies: (one) => throughReading(one, /^PATH_INFO$/),
  },
  {
    name: 'FULL_REQUEST is what was received',
    applies: (one) => throughReading(one, /^FULL_REQUEST/),
  },
  {
    name: 'phase 5 sees the response the application gave',
    applies: (one) => isInPhases(one, 5) && throughReading(one, /^(?:RESPONSE_|STATUS_LINE$)/),
  },
  {
    name: 'the response has no value before it is there',
    applies: (one) => isInPhases(one, 1, 2) && throughReading(one, /^(?:RESPONSE_|STATUS_LINE$)/),
  },
  {
    name: 'a response body that is not read has no value',
    applies: (one) => isInPhases(one, 3, 5) && throughReading(one, /^(?:RESPONSE_BODY|STREAM_OUTPUT_BODY)$/),
  },
  {
    name: 'an announced length is known in phase 3',
    applies: (one) => isInPhases(one, 3, 4) && throughReading(one, /^RESPONSE_CONTENT_LENGTH$/),
  },
  {
    name: 'response headers are in the order of arrival',
    applies: (one) =>
      isInPhases(one, 3, 4) && throughReading(one, /^RESPONSE_HEADERS/) && (one.id === undefined || isOrder(one)),
  },
  {
    name: 'the path is decoded also when phase 1 ends the request',
    applies: (one) =>
      one.sides.ours.endedIn === 1 &&
      isInPhases(one, 5) &&
      (throughReading(one, /^REQUEST_(?:URI|FILENAME|BASENAME)$/) || areSame(one, withoutPath)),
  },
  {
    name: 'phrases are shown as they were found',
    applies: (one) =>
      isSpelling(one, SPELLINGS.phrase) ||
      through(one, (link) => link.operator.startsWith('pm') && has(link, 'capture')),
  },
  {
    name: 'files may have phrases of one byte',
    applies: (one) => through(one, ({ operator, argument }) => operator === 'pmFromFile' && argument.includes('short')),
  },
  {
    name: 'matched values are kept whole',
    applies: (one) => throughReading(one, /^MATCHED_VARS$/) && one.ours.some((line) => line.includes('\\x00')),
  },
  {
    name: '@rsub matches where it replaces',
    applies: (one) => one.ours.length === 0 && through(one, ({ operator }) => operator === 'rsub'),
  },
  {
    name: 'an empty replacement is empty',
    applies: (one) =>
      one.configuration.text.includes('@rsub s/e//') && (one.id === IDS.page || throughReading(one, /^STREAM_/)),
  },
  {
    name: 'what rules write does not end at a NUL',
    applies: (one) =>
      (one.id === IDS.page ||
        (one.configuration.text.includes('@rsub') && throughReading(one, /^STREAM_/)) ||
        String([...one.ours, ...one.sides.ours.lines.map(({ text }) => text)]).includes('redirection to ')) &&
      `${textOf(one.request)}${ANSWERS[one.request.answer]?.body}`.includes('\0'),
  },
  {
    name: 'validation says what is wrong',
    applies: (one) => isSpelling(one, SPELLINGS.validation),
  },
  {
    name: 'numbers do not overflow',
    applies: (one) =>
      through(
        one,
        (link) => NUMERIC.test(link.operator) || valuesIn(link, 'setvar').some((value) => /=[+-]/.test(value)),
      ) &&
      ([...one.theirs, ...one.ours, textOf(one.request)].some((text) => /\d{10}/.test(text)) ||
        through(one, (link) => /\d{10}/.test(`${link.argument} ${valuesIn(link, 'setvar')}`)) ||
        throughTransformation(one, (name) => name === 'hexEncode')),
  },
];

/** The explanation of a difference; undefined when there is none. */
export function explanationOf(difference: Difference): string | undefined {
  return EXPLANATIONS.find((explanation) => explanation.applies(difference))?.name;
}

/** `TX:Name=Value` with the name in small letters. */
function lowerName(variable: string): string {
  return variable.replace(/^[^=]*/, (name) => name.toLowerCase());
}

/** `HTTP_Name` is a request header. */
function variableOf({ name }: TargetSpec): string {
  return name.startsWith('HTTP_') ? 'REQUEST_HEADERS' : name;
}

function throughSecAction(one: Difference): boolean {
  return through(one, ({ targets }) => targets === undefined);
}
