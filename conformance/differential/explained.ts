import { ANSWERS } from './answers.ts';
import { type Difference, linksOf } from './compare.ts';
import { IDS } from './configuration.ts';
import { type LinkSpec, valuesIn } from './rule-text.ts';

/** A kind of difference that was chosen, with the narrowest description of where it shows. */
export interface Explanation {
  readonly name: string;
  /** What ModSecurity 2 does and why we do something else: a row of the table in docs/adr/0009. */
  readonly row: number;
  applies(difference: Difference): boolean;
}

/** In the order of the table. Whatever is not described here is a mistake of ours or an unknown one of theirs. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'default actions stay in their phase',
    row: 1,
    applies: ({ configuration, unit }) =>
      configuration.defaultPhases.length === 1 && unit !== undefined && unit.phase !== 2,
  },
  {
    name: 'bodies that cannot be parsed are for rules to judge',
    row: 2,
    applies: ({ unit, sides }) => hasBodyError(sides.ours.lines) && sides.theirs.status === 500 && unit?.phase !== 1,
  },
  {
    name: 'fields of a broken multipart body are seen',
    row: 3,
    applies: (difference) =>
      isMultipart(difference.request.headers) &&
      hasBodyError(difference.sides.ours.lines) &&
      isPhase(difference, 2, 5) &&
      through(difference, (link) =>
        reads(link, /^(?:ARGS|ARGS_NAMES|ARGS_POST|ARGS_POST_NAMES|ARGS_COMBINED_SIZE|HIGHEST_SEVERITY)$/),
      ),
  },
  {
    name: 'phase 1 lines show the path as later lines do',
    row: 4,
    applies: (difference) =>
      isPhase(difference, 1, 1) &&
      areSame(difference, (line) => line.replace(/ \[uri ".*"\] \[unique_id/, ' [unique_id')),
  },
  {
    name: 'long lines are whole',
    row: 5,
    applies: ({ theirs, ours }) =>
      theirs.length === ours.length && theirs.every((line, index) => isCutOf(line, ours[index]!)),
  },
  {
    name: 'ENV members have their name',
    row: 6,
    applies: (difference) =>
      through(difference, (link) => reads(link, /^ENV$/)) &&
      areSame(difference, (line) => line.replaceAll(/ENV:[Uu]\d+/g, 'ENV')),
  },
  {
    name: 'the response has no value before it is there',
    row: 7,
    applies: (difference) =>
      isPhase(difference, 1, 2) && through(difference, (link) => reads(link, /^(?:RESPONSE_|STATUS_LINE$)/)),
  },
  {
    name: 'PATH_INFO is the path',
    row: 8,
    applies: (difference) => through(difference, (link) => reads(link, /^PATH_INFO$/)),
  },
  {
    name: 'one variable has one name in logs',
    row: 9,
    applies: (difference) => areSame(difference, (line) => line.replaceAll('REQBODY_PROCESSOR_ERROR', 'REQBODY_ERROR')),
  },
  {
    name: 'phrases of one byte in files',
    row: 10,
    applies: (difference) => through(difference, ({ operator }) => operator === 'pmFromFile'),
  },
  {
    name: 'numbers do not overflow',
    row: 11,
    applies: (difference) =>
      through(
        difference,
        (link) => NUMERIC.has(link.operator) || valuesIn(link, 'setvar').some((value) => /=[+-]/.test(value)),
      ) &&
      (/\d{10}/.test(textOf(difference.request)) || through(difference, ({ argument }) => /\d{10}/.test(argument))),
  },
  {
    name: 'only matches of the rule are captured',
    row: 12,
    applies: (difference) => through(difference, (link) => link.isNegated && has(link, 'capture')),
  },
  {
    name: 'multiMatch goes by what has changed',
    row: 13,
    applies: (difference) =>
      through(
        difference,
        (link) => has(link, 'multiMatch') && valuesIn(link, 't').some((name) => BY_OTHER_SIGNS.has(name)),
      ),
  },
  {
    name: 'multiMatch without transformations looks once',
    row: 14,
    applies: (difference) =>
      through(difference, (link) => has(link, 'multiMatch') && transformationsOf(link).length === 0),
  },
  {
    name: 'cookies of one header do not run into the next',
    row: 15,
    applies: (difference) =>
      difference.request.headers.filter(([name]) => name === 'Cookie').length > 1 &&
      through(difference, (link) => reads(link, /^REQUEST_COOKIES/)),
  },
  {
    name: 'nothing hides behind a NUL',
    row: 16,
    applies: (difference) =>
      through(difference, (link) => valuesIn(link, 't').some((name) => STOPS_AT_NUL.has(name))) &&
      textOf(difference.request).includes('\0'),
  },
  {
    name: 'phrases are shown as they were found',
    row: 17,
    applies: (difference) =>
      areSame(difference, (line) => line.replace(/Matched phrase ".*?" at/, 'Matched phrase')) ||
      through(difference, (link) => link.operator.startsWith('pm') && has(link, 'capture')),
  },
  {
    name: 'variables keep their first spelling',
    row: 18,
    applies: ({ theirs, ours, id }) =>
      id === undefined && String(theirs.map(lowerName).sort()) === String(ours.map(lowerName).sort()),
  },
  {
    name: 'exclusions count wherever they stand',
    row: 19,
    applies: (difference) => through(difference, ({ targets }) => targets?.[0]?.form === 'exclusion'),
  },
  {
    name: 'quotes in names do not end a field',
    row: 20,
    applies: (difference) => areSame(difference, (line) => line.replaceAll('\\"', '"')),
  },
  {
    name: 'headers are as they were received',
    row: 21,
    applies: (difference) =>
      difference.request.uri.startsWith('http://') &&
      through(difference, (link) => reads(link, /^(?:REQUEST_HEADERS$|HTTP_HOST$|FULL_REQUEST)/i)),
  },
  {
    name: 'phase 5 sees the response the application gave',
    row: 22,
    applies: (difference) => isPhase(difference, 5, 5) && through(difference, (link) => reads(link, /^RESPONSE_/)),
  },
  {
    name: 'XML with a document type is refused',
    row: 23,
    applies: ({ request, sides, unit }) =>
      request.body.includes('<!DOCTYPE') && hasBodyError(sides.ours.lines) && unit?.phase !== 1,
  },
  {
    name: 'any status can be answered',
    row: 24,
    applies: ({ unit, theirs, ours }) => unit === undefined && theirs[0] === '500' && ours[0] === '418',
  },
  {
    name: 'targets to be removed may be chosen by a pattern',
    row: 25,
    applies: (difference) =>
      through(difference, (link) => valuesIn(link, 'ctl').some((value) => /RemoveTarget.*;\w+:\//.test(value))),
  },
  {
    name: 'FULL_REQUEST is what was received',
    row: 26,
    applies: (difference) => through(difference, (link) => reads(link, /^FULL_REQUEST/)),
  },
  {
    name: 'a response body that is not read has no value',
    row: 27,
    applies: (difference) =>
      isPhase(difference, 3, 5) && through(difference, (link) => reads(link, /^(?:RESPONSE_BODY|STREAM_OUTPUT_BODY)$/)),
  },
  {
    name: 'DetectionOnly refuses nothing',
    row: 28,
    applies: ({ configuration, sides, unit }) =>
      configuration.mode === 'DetectionOnly' && sides.theirs.status === 413 && unit?.phase !== 1,
  },
  {
    name: 'the outermost object counts for the depth of JSON',
    row: 29,
    applies: ({ configuration, request, sides, unit }) =>
      configuration.settings.some((line) => line.startsWith('SecRequestBodyJsonDepthLimit')) &&
      request.body.includes('{') &&
      hasBodyError(sides.ours.lines) &&
      unit?.phase !== 1,
  },
  {
    name: 'dots in JSON keys are part of the key',
    row: 30,
    applies: (difference) =>
      difference.request.body.includes('"a.b"') &&
      isPhase(difference, 2, 5) &&
      through(difference, (link) => reads(link, /^ARGS/)),
  },
  {
    name: 'decoders start where the one before ended',
    row: 31,
    applies: (difference) =>
      through(difference, (link) =>
        valuesIn(link, 't')
          .slice(1)
          .some((name) => STOPS_AT_NUL.has(name)),
      ),
  },
  {
    name: 'parser errors have words of their own',
    row: 32,
    applies: (difference) =>
      hasBodyError(difference.sides.ours.lines) && through(difference, (link) => reads(link, /_ERROR_MSG$/)),
  },
  {
    name: 'severity 0 is the highest',
    row: 33,
    applies: (difference) =>
      difference.configuration.units.some((unit) =>
        unit.links.some((link) => valuesIn(link, 'severity').includes('0')),
      ) && through(difference, (link) => reads(link, /^HIGHEST_SEVERITY$/)),
  },
  {
    name: 'the path is read also when phase 1 ends the request',
    row: 34,
    applies: (difference) => {
      const { request, sides } = difference;
      const isEnded =
        sides.ours.status === sides.theirs.status && sides.ours.status !== ANSWERS[request.answer]?.status;
      const isRead = through(difference, (link) => reads(link, /^REQUEST_(?:URI|FILENAME|BASENAME)$/));
      return (
        isEnded &&
        isPhase(difference, 5, 5) &&
        (isRead || areSame(difference, (line) => line.replace(/ \[uri ".*"\] \[unique_id/, '')))
      );
    },
  },
  {
    name: 'names that end in dots are names',
    row: 35,
    applies: (difference) =>
      through(difference, (link) => valuesIn(link, 't').some((name) => /^normali[sz]ePath/i.test(name))),
  },
  {
    name: 'removed targets are removed from the whole chain',
    row: 36,
    applies: (difference) =>
      through(difference, (link) => has(link, 'chain')) &&
      through(difference, (link) => valuesIn(link, 'ctl').some((value) => value.includes('RemoveTarget'))),
  },
  {
    name: 'new actions leave a chain a chain',
    row: 37,
    applies: (difference) =>
      through(difference, (link) => has(link, 'chain')) &&
      Array.from(difference.unit?.behind.values() ?? []).some((line) => line.startsWith('SecRuleUpdateActionById')),
  },
];

const NUMERIC = new Set(['eq', 'ge', 'gt', 'le', 'lt']);
/** Transformations of which ModSecurity 2 tells by other signs whether they changed something. */
const BY_OTHER_SIGNS = new Set([
  'cssDecode',
  'jsDecode',
  'htmlEntityDecode',
  'escapeSeqDecode',
  'trim',
  'trimLeft',
  'trimRight',
  'cmdLine',
  'hexDecode',
  'hexEncode',
  'length',
  'md5',
  'sha1',
  'sqlHexDecode',
  'base64Decode',
  'base64DecodeExt',
  'base64Encode',
]);

/** Transformations that end at a NUL in ModSecurity 2. */
const STOPS_AT_NUL = new Set(['base64Decode', 'base64DecodeExt', 'cmdLine', 'sqlHexDecode']);

/** The explanation of a difference; undefined when there is none. */
export function explanationOf(difference: Difference): string | undefined {
  return EXPLANATIONS.find((explanation) => explanation.applies(difference))?.name;
}

/** No difference is left behind a change to the lines of both sides; the path in lines of phase 1 is row 4 and no matter. */
function areSame({ theirs, ours, unit }: Difference, change: (line: string) => string): boolean {
  const visible = (line: string): string =>
    change(unit?.phase === 1 ? line.replace(/ \[uri ".*"\] \[unique_id/, ' [unique_id') : line);
  return theirs.length === ours.length && theirs.every((line, index) => visible(line) === visible(ours[index]!));
}

/** `TX:Name=Value` with the name in small letters. */
function lowerName(variable: string): string {
  return variable.replace(/^[^=]*/, (name) => name.toLowerCase());
}

/** ModSecurity 2 formats an alert into 1024 bytes, NUL included; host, path and id follow. */
function isCutOf(theirs: string, ours: string): boolean {
  if (theirs === ours) return true;
  const end = theirs.lastIndexOf(' [hostname "');
  const own = ours.lastIndexOf(' [hostname "');
  return end >= 1015 && own > end && ours.startsWith(theirs.slice(0, end)) && ours.slice(own) === theirs.slice(end);
}

function hasBodyError(lines: Difference['sides']['ours']['lines']): boolean {
  return lines.some(({ id }) => id === IDS.bodyError);
}

function isMultipart(headers: Difference['request']['headers']): boolean {
  return headers.some(([name, value]) => name === 'Content-Type' && /^multipart\/form-data/i.test(value));
}

function isPhase({ unit }: Difference, first: number, last: number): boolean {
  return unit !== undefined && unit.phase >= first && unit.phase <= last;
}

/** Whether what differs can come from a link of this kind: one of the rule, or of a rule of the same unit before it. */
function through({ unit, id }: Difference, isSuch: (link: LinkSpec) => boolean): boolean {
  if (unit === undefined) return false;
  const own = id === undefined ? [] : linksOf(unit, id);
  const end = id === undefined ? unit.links.length : unit.links.indexOf(own.at(-1)!) + 1;
  return unit.links.slice(0, end).some(isSuch);
}

/** Whether a link looks at one of these variables, as a target or through a macro. */
function reads({ targets, argument, actions }: LinkSpec, name: RegExp): boolean {
  if (targets?.some((target) => target.form !== 'exclusion' && name.test(target.name)) === true) return true;
  const texts = [argument, ...actions.map(([, value]) => value ?? '')];
  return texts.some((text) =>
    Array.from(text.matchAll(/%\{(\w+)/g)).some(([, word = '']) => name.test(word.toUpperCase())),
  );
}

function has(link: LinkSpec, action: string): boolean {
  return link.actions.some(([name]) => name === action);
}

/** What is left of the own transformations behind the last `t:none`. */
function transformationsOf(link: LinkSpec): readonly string[] {
  const names = valuesIn(link, 't');
  return names.slice(names.lastIndexOf('none') + 1);
}

/** Everything a request says, with its percent escapes resolved. */
function textOf({ uri, headers, body }: Difference['request']): string {
  const text = [uri, ...headers.map(([, value]) => value), body].join('\n');
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
