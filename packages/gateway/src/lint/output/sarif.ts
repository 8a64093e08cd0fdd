import { pathToFileURL } from 'node:url';
import { packageVersion } from '../../version.ts';
import { type ExplainedCode, explainCode } from '../codes.ts';
import type { Finding } from '../finding.ts';

/** Findings in the Static Analysis Results Interchange Format 2.1.0 (OASIS), which code hosts show beside the lines. */
export function findingsAsSarif(findings: readonly Finding[]): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'sallyport lint',
            version: packageVersion(),
            rules: codes.map((code) => describe(code, explainCode(code))),
          },
        },
        // Columns count bytes, which are characters in rule files of ASCII.
        columnKind: 'unicodeCodePoints',
        results: findings.map((finding) => resultOf(finding, codes)),
      },
    ],
  };
  return JSON.stringify(sarif, undefined, 2);
}

function describe(id: string, code: ExplainedCode | undefined): object {
  if (code === undefined) return { id };
  return { id, shortDescription: { text: code.title }, fullDescription: { text: code.explanation } };
}

function resultOf(
  { code, severity, message, hint, ruleSets, span: { file, start, end } }: Finding,
  codes: string[],
): object {
  const isRelative = !file.startsWith('/');
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}; ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: isRelative ? encodeURI(file) : pathToFileURL(file).href },
          region: {
            startLine: start.line,
            startColumn: start.column,
            endLine: end.line,
            endColumn: end.column,
          },
        },
      },
    ],
    ...(ruleSets === undefined ? {} : { properties: { ruleSets } }),
  };
}
