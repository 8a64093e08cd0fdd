import type { RuleParts } from '../seclang/make-node.ts';

/** Directives and rules (still without id) that stand for one directive of 1.x. */
export interface DirectiveMeaning {
  readonly lines: readonly MeaningLine[];
  /** Differences the operator should know, or why there are no lines. */
  readonly notes: readonly string[];
  /** 1.x checked this before all filters, wherever it stood. */
  readonly isCheck?: boolean;
  /** The directive refused requests, so that leaving it out would let more through. */
  readonly isProtection?: boolean;
}

export type MeaningLine =
  | { readonly kind: 'directive'; readonly name: string; readonly words: readonly string[] }
  | { readonly kind: 'rule'; readonly rule: RuleParts };

export interface Modsec1Directive {
  readonly name: string;
  /** How many words it takes at least and at most. */
  readonly words: readonly [minimum: number, maximum: number];
  /** Undefined where today's engine takes the line as it is. */
  readonly translate: (words: readonly string[]) => DirectiveMeaning | undefined;
}

const line = (name: string, ...words: string[]): MeaningLine => ({ kind: 'directive', name, words });
const rule = (parts: RuleParts): MeaningLine => ({ kind: 'rule', rule: parts });
const nothing = (reason: string): DirectiveMeaning => ({ lines: [], notes: [reason] });

/** Another name, the same words. */
function renamed(name: string, today: string): Modsec1Directive {
  return { name, words: [1, 1], translate: (words) => ({ lines: [line(today, ...words)], notes: [] }) };
}

/** Something 1.x had that there is no use for. */
function gone(name: string, reason: string, words: readonly [number, number] = [1, 1]): Modsec1Directive {
  return { name, words, translate: () => nothing(reason) };
}

/** A check that is a rule today when it is on, and nothing when it is off. */
function check(name: string, parts: RuleParts, note?: string): Modsec1Directive {
  return {
    name,
    words: [1, 1],
    translate: ([value = '']) =>
      isOn(value)
        ? { lines: [rule(parts)], notes: note === undefined ? [] : [note], isCheck: true, isProtection: true }
        : nothing('the check is off, as it is when nothing is written'),
  };
}

const isOn = (value: string): boolean => value.toLowerCase() === 'on';

/** `name=value` pairs with semicolons between them, as RFC 6265 has them. */
const COOKIE_FORMAT = '^\\s*[^\\s=;,]+=[^;]*(?:;\\s*[^\\s=;,]+=[^;]*)*;?\\s*$';

const POLICY = 'was a policy for imported rule sets in 1.9; whoever may edit the rules may now edit all of them';

/** Every directive that only 1.x has, filters and SecFilterDefaultAction apart. */
export const modsec1Directives: readonly Modsec1Directive[] = [
  {
    name: 'SecFilterEngine',
    words: [1, 1],
    translate: ([value = '']) =>
      value.toLowerCase() === 'dynamiconly'
        ? {
            lines: [line('SecRuleEngine', 'On')],
            notes: ['DynamicOnly is gone: requests for static files are inspected too'],
          }
        : { lines: [line('SecRuleEngine', value)], notes: [] },
  },
  renamed('SecFilterScanPOST', 'SecRequestBodyAccess'),
  renamed('SecFilterScanOutput', 'SecResponseBodyAccess'),
  renamed('SecFilterOutput', 'SecResponseBodyAccess'),
  {
    name: 'SecFilterOutputMimeTypes',
    words: [1, Number.POSITIVE_INFINITY],
    translate: (words) => {
      const types = words.flatMap((word) => word.split(/\s+/)).filter((type) => type !== '');
      const today = types.map((type) => (type.toLowerCase() === '(null)' ? 'null' : type));
      return { lines: [line('SecResponseBodyMimeType', ...today)], notes: [] };
    },
  },
  check('SecFilterCheckURLEncoding', {
    targets: [{ name: 'REQUEST_URI_RAW' }, { name: 'REQUEST_BODY' }],
    operator: ['validateUrlEncoding', ''],
    actions: [
      ['t', 'none'],
      ['msg', 'Invalid URL encoding'],
    ],
  }),
  check('SecFilterCheckUnicodeEncoding', {
    targets: [{ name: 'ARGS' }, { name: 'ARGS_NAMES' }, { name: 'REQUEST_FILENAME' }],
    operator: ['validateUtf8Encoding', ''],
    actions: [
      ['t', 'none'],
      ['msg', 'Invalid UTF-8 encoding'],
    ],
  }),
  check(
    'SecFilterCheckCookieFormat',
    {
      targets: [{ name: 'REQUEST_HEADERS', key: 'Cookie' }],
      operator: ['rx', COOKIE_FORMAT],
      isNegated: true,
      actions: [
        ['t', 'none'],
        ['msg', 'Malformed Cookie header'],
      ],
    },
    'there is no such check today; the rule accepts name=value pairs with semicolons between them',
  ),
  {
    name: 'SecFilterForceByteRange',
    words: [2, 2],
    translate: ([first = '', last = '']) => ({
      lines: [
        rule({
          targets: [{ name: 'REQUEST_URI' }, { name: 'REQUEST_HEADERS' }, { name: 'ARGS' }, { name: 'ARGS_NAMES' }],
          operator: ['validateByteRange', `${first}-${last}`],
          actions: [['deny'], ['t', 'none'], ['t', 'urlDecodeUni'], ['msg', 'Byte outside of the allowed range']],
        }),
      ],
      notes: [],
      isCheck: true,
      isProtection: true,
    }),
  },
  gone('SecFilterNormalizeCookies', 'translated rules decode cookie values themselves, with t:urlDecodeUni'),
  renamed('SecFilterCookieFormat', 'SecCookieFormat'),
  {
    name: 'SecFilterInheritance',
    words: [1, 1],
    translate: ([value = '']) =>
      isOn(value)
        ? nothing('rules are inherited anyway')
        : { lines: [line('SecRuleInheritance', value)], notes: ['give the route a rule set of its own instead'] },
  },
  gone(
    'SecFilterImport',
    'rules of the configuration above are in force anyway; where they are not, Include the file that has them',
    [1, Number.POSITIVE_INFINITY],
  ),
  {
    name: 'SecFilterRemove',
    words: [1, Number.POSITIVE_INFINITY],
    translate: (words) => ({ lines: [line('SecRuleRemoveById', ...words)], notes: [] }),
  },
  gone('SecFilterInheritanceMandatory', POLICY),
  gone('SecFilterActionsRestricted', POLICY),
  gone('SecFilterSignatureAction', `${POLICY}; put the actions into the rules or into the default action`),
  renamed('SecFilterDebugLog', 'SecDebugLog'),
  renamed('SecFilterDebugLevel', 'SecDebugLogLevel'),
  renamed('SecUploadInMemoryLimit', 'SecRequestBodyInMemoryLimit'),
  {
    name: 'SecUploadApproveScript',
    words: [1, 1],
    translate: ([script = '']) => ({
      lines: [
        line('SecTmpSaveUploadedFiles', 'On'),
        rule({
          targets: [{ name: 'FILES_TMPNAMES' }],
          operator: ['inspectFile', script],
          actions: [['deny'], ['t', 'none'], ['msg', 'Upload not approved']],
        }),
      ],
      notes: ['as before the program approves a file with an output that begins with 1'],
      isCheck: true,
      isProtection: true,
    }),
  },
  gone('SecServerResponseToken', 'a gateway that tells its name helps nobody but attackers'),
  gone('SecChrootLock', 'no lock file is needed', [1, 1]),
];

/** Directives of 1.x that exist today but do something else there, or take other values. */
export const changedDirectives: readonly Modsec1Directive[] = [
  {
    name: 'SecAuditEngine',
    words: [1, 1],
    translate: ([value = '']) =>
      value.toLowerCase() === 'dynamicorrelevant'
        ? {
            lines: [line('SecAuditEngine', 'RelevantOnly')],
            notes: ['requests for scripts are no longer audited only because they are'],
          }
        : undefined,
  },
  {
    name: 'SecUploadDir',
    words: [1, 1],
    translate: ([directory = '']) => ({
      lines: [line('SecTmpDir', directory), line('SecUploadDir', directory)],
      notes: ['1.x put files in progress and files to keep into one folder; today there are two settings'],
    }),
  },
];
