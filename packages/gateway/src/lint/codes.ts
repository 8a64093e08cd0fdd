import { meaningCodes, type Severity, syntaxCodes } from '@sallyport/engine/language';
import { lintChecks } from './checks/index.ts';

/** What a code of the loader or of a check means. */
export interface ExplainedCode {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly explanation: string;
  readonly example: string | undefined;
  /** The example put right; checks have it. */
  readonly instead?: string;
}

/** Every code about rule text, in order. */
export const ruleCodes: readonly ExplainedCode[] = [
  ...syntaxCodes,
  ...meaningCodes,
  ...lintChecks.map(({ code, title, explanation, example, instead }) => ({
    code,
    severity: 'warning' as const,
    title,
    explanation,
    example,
    instead,
  })),
];

export function explainCode(code: string): ExplainedCode | undefined {
  return ruleCodes.find((one) => one.code === code);
}
