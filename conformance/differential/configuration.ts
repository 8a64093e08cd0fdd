import { Seeded } from '../regex/seeded.ts';
import { linesOf, type Unit } from './rule-text.ts';
import { UnitMaker } from './unit-maker.ts';

/** Ids of the rules that every configuration has around its units. */
export const IDS = {
  json: 10,
  xml: 11,
  forced: 12,
  switched: 13,
  page: 996,
  bodyError: 997,
  variables: 998,
  end: 999,
} as const;

export interface Configuration {
  readonly seed: number;
  readonly mode: 'On' | 'DetectionOnly';
  readonly argumentSeparator: string;
  readonly settings: readonly string[];
  /** Phases with a SecDefaultAction. */
  readonly defaultPhases: readonly number[];
  readonly units: readonly Unit[];
  readonly text: string;
}

/** A configuration made from its seed alone. */
export function makeConfiguration(seed: number, unitCount: number): Configuration {
  const random = new Seeded(seed);
  const mode = random.oneIn(2) ? 'On' : 'DetectionOnly';
  const argumentSeparator = random.oneIn(6) ? ';' : '&';
  const settings = [
    `SecRuleEngine ${mode}`,
    `SecRequestBodyAccess ${random.oneIn(10) ? 'Off' : 'On'}`,
    `SecResponseBodyAccess ${random.oneIn(4) ? 'Off' : 'On'}`,
    'SecResponseBodyMimeType text/plain text/html application/json',
    `SecArgumentSeparator "${argumentSeparator}"`,
    // Without it ModSecurity 2.9.7 cannot read schemas either.
    'SecXmlExternalEntity On',
    `SecCookieFormat ${random.oneIn(4) ? 1 : 0}`,
    ...(random.oneIn(8) ? ['SecCookieV0Separator ,'] : []),
    ...(random.oneIn(6) ? ['SecArgumentsLimit 4'] : []),
    ...(random.oneIn(6) ? ['SecRequestBodyJsonDepthLimit 2'] : []),
    ...(random.oneIn(6)
      ? ['SecRequestBodyLimit 300', `SecRequestBodyLimitAction ${random.pick(['Reject', 'ProcessPartial'])}`]
      : []),
    ...(random.oneIn(8) ? ['SecRequestBodyNoFilesLimit 150'] : []),
    ...(random.oneIn(8)
      ? ['SecResponseBodyLimit 60', `SecResponseBodyLimitAction ${random.pick(['Reject', 'ProcessPartial'])}`]
      : []),
    ...(random.oneIn(5) ? ['SecStreamInBodyInspection On', 'SecStreamOutBodyInspection On'] : []),
    ...(random.oneIn(5) ? ['SecWebAppId shop'] : []),
    ...(random.oneIn(2) ? ['SecTmpSaveUploadedFiles On'] : []),
    ...(random.oneIn(2) ? ['SecContentInjection On'] : []),
  ];
  const inherited = random.pick([
    'log,auditlog,pass',
    'log,deny,status:409',
    'log,auditlog,pass,t:lowercase',
    "log,pass,tag:'default'",
    'log,pass,t:urlDecode,t:trim',
  ]);
  // Mostly one for every phase, as rule sets have them: ModSecurity 2 applies the last to all phases.
  // It refuses followers that inherit a deny from one for phase 5.
  const isDenying = inherited.includes('deny');
  const everyPhase = isDenying ? [1, 2, 3, 4] : [1, 2, 3, 4, 5];
  const defaultPhases = random.oneIn(3) ? (random.oneIn(6) ? [2] : everyPhase) : [];
  const hasSeverities = random.oneIn(3);
  const phases = [1, 1, 2, 2, 2, 2, 2, 2, 3, 4, ...(defaultPhases.length > 0 && isDenying ? [] : [5])];
  const maker = new UnitMaker(random, { hasSeverities, phases });
  const units: Unit[] = [];
  const disruptive = Math.ceil(unitCount / 10);
  for (let number = 1; number <= unitCount; number++) {
    if (number === 1 && hasSeverities) units.push(maker.severity(number));
    else if (number > unitCount - disruptive) units.push(maker.disruptive(number));
    else units.push(maker.passing(number));
  }
  const force = random.oneIn(3)
    ? [`SecRule REQBODY_PROCESSOR "@rx ^$" "id:${IDS.forced},phase:1,nolog,pass,ctl:forceRequestBodyVariable=On"`]
    : [];
  // Switches for some requests only; more than one at a time would hide each other.
  const option = random.pick([
    'requestBodyAccess=Off',
    'requestBodyLimit=100',
    'requestBodyProcessor=URLENCODED',
    'requestBodyProcessor=JSON',
    'responseBodyAccess=Off',
    'responseBodyAccess=On',
    'responseBodyLimit=20',
    'forceRequestBodyVariable=On',
    'ruleEngine=DetectionOnly',
  ]);
  const switched = random.oneIn(2)
    ? [`SecRule REQUEST_HEADERS:X-End "@le 3" "id:${IDS.switched},phase:1,nolog,pass,ctl:${option}"`]
    : [];
  const text = [
    ...settings,
    `SecRule REQUEST_HEADERS:Content-Type "@rx (?i)^application/json" "id:${IDS.json},phase:1,nolog,pass,ctl:requestBodyProcessor=JSON"`,
    `SecRule REQUEST_HEADERS:Content-Type "@rx (?i)^(?:application|text)/xml" "id:${IDS.xml},phase:1,nolog,pass,ctl:requestBodyProcessor=XML"`,
    ...force,
    ...switched,
    ...defaultPhases.map((phase) => `SecDefaultAction "phase:${phase},${inherited}"`),
    ...units.flatMap(linesOf),
    `SecRule REQBODY_ERROR "@eq 1" "id:${IDS.bodyError},phase:5,log,noauditlog,pass,t:none"`,
    `SecRule "TX:/^u[0-9]/" "@unconditionalMatch" "id:${IDS.variables},phase:5,log,noauditlog,pass,t:none,logdata:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`,
    `SecRule REQUEST_HEADERS:X-Case "@unconditionalMatch" "id:${IDS.end},phase:5,log,noauditlog,pass,t:none,logdata:'%{MATCHED_VAR}'"`,
    '',
  ].join('\n');
  return { seed, mode, argumentSeparator, settings, defaultPhases, units, text };
}
