import { type Diagnostic, formatDiagnostic } from './diagnostics.ts';

/** The rules cannot be loaded. `message` holds one line per mistake. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    super(errors.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}
