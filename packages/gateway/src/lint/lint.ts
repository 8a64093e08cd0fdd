import type { FileAccess, RuleSource } from '@sallyport/engine';
import { type Diagnostic, type Inspection, inspectRules, type RegexCache, type Span } from '@sallyport/engine/language';
import { lintChecks } from './checks/index.ts';
import { gatherFacts } from './facts.ts';
import { inspectionServices } from './load.ts';

export interface LintOptions {
  readonly rules: readonly (RuleSource | string)[];
  readonly files: FileAccess;
  /** False when there are more files than these, so that nothing can be said about what they contain. */
  readonly isComplete: boolean;
  readonly regexes?: RegexCache;
}

export interface LintResult {
  /** What the loader says and what the checks say, by file and place. */
  readonly findings: readonly Diagnostic[];
  readonly inspection: Inspection;
}

/** Codes of the loader about things that may be in another file. */
const NEEDS_WHOLE_SET: ReadonlySet<string> = new Set(['SL2601', 'SL2704']);

/** Loads rules without running them and says everything that is wrong or looks wrong. */
export function lint({ rules, files, isComplete, regexes }: LintOptions): LintResult {
  const texts = new Map<string, string>();
  const inspection = inspectRules({
    rules: rules.map((source) => {
      if (typeof source !== 'string') texts.set(source.file, source.text);
      return source;
    }),
    files: {
      ...files,
      read: (path) => {
        const text = files.read(path);
        texts.set(path, text);
        return text;
      },
    },
    services: inspectionServices,
    ...(regexes === undefined ? {} : { regexes }),
  });
  const own = runChecks(inspection, isComplete, regexes);
  const isAnswered = (code: string, span: Span): boolean =>
    // "Jump backwards" says the same and more.
    code === 'SL2704' && own.some((finding) => finding.code === 'SL4701' && contains(span, finding.span));
  const loaded = inspection.diagnostics.filter(
    ({ code, span }) => (isComplete || !NEEDS_WHOLE_SET.has(code)) && !isAnswered(code, span),
  );
  const ignored = new Map([...texts].map(([file, text]) => [file, ignoredCodes(text)]));
  const isIgnored = ({ code, span }: Diagnostic): boolean =>
    ignored
      .get(span.file)
      ?.some(({ codes, first, last }) => codes.has(code) && span.start.line >= first && span.start.line <= last) ===
    true;
  const findings = [...loaded, ...own.filter((finding) => !isIgnored(finding))];
  return { findings: findings.sort(byPlace(inspection.files)), inspection };
}

function runChecks(inspection: Inspection, isComplete: boolean, regexes: RegexCache | undefined): Diagnostic[] {
  const facts = gatherFacts(inspection, regexes);
  const findings: Diagnostic[] = [];
  for (const { code, scope, check } of lintChecks) {
    if (scope === 'set' && !isComplete) continue;
    const report = (span: Span, message: string, hint?: string): void => {
      findings.push({ code, severity: 'warning', message, span, ...(hint === undefined ? {} : { hint }) });
    };
    check(facts, report, inspection);
  }
  return findings;
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start.offset <= inner.start.offset && outer.end.offset >= inner.end.offset;
}

function byPlace(files: readonly string[]): (left: Diagnostic, right: Diagnostic) => number {
  const rank = new Map(files.map((file, index) => [file, index]));
  const rankOf = ({ span }: Diagnostic): number => rank.get(span.file) ?? files.length;
  return (left, right) => rankOf(left) - rankOf(right) || left.span.start.offset - right.span.start.offset;
}

interface IgnoredLines {
  readonly codes: ReadonlySet<string>;
  readonly first: number;
  readonly last: number;
}

/** `# lint-ignore SL4302 reason` in front of a directive: that code is not reported for its lines. */
function ignoredCodes(text: string): IgnoredLines[] {
  if (!text.includes('lint-ignore')) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index): IgnoredLines[] => {
    const found = /^\s*#\s*lint-ignore((?:\s+SL\d{4})+)/.exec(line);
    if (found === null) return [];
    let first = index + 1;
    while (/^\s*(#|\r?$)/.test(lines[first] ?? 'end')) first++;
    let last = first;
    while (/\\\r?$/.test(lines[last] ?? '')) last++;
    return [{ codes: new Set(found[1]?.trim().split(/\s+/)), first: first + 1, last: last + 1 }];
  });
}
