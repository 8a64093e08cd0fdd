/** Why a start or a reload failed, in lines for people. */
import { formatDiagnostic, RuleSetError } from '@sallyport/engine/text';
import { ApplicationRefused } from '../applications/refusals.ts';
import { ConfigError, formatMistake } from '../config/load.ts';

/** One line per mistake; programming errors keep their stack. */
export function explainFailure(cause: unknown): readonly string[] {
  if (cause instanceof ConfigError) return cause.mistakes.map(formatMistake);
  if (!(cause instanceof Error)) return [String(cause)];
  if (cause instanceof RuleSetError) {
    return cause.diagnostics.filter((one) => one.severity === 'error').map(formatDiagnostic);
  }
  const { code, syscall, address, port, path } = cause as NodeJS.ErrnoException & { address?: string; port?: number };
  if (syscall === 'listen' || syscall === 'bind') return [`cannot listen on ${address}:${port}: ${reasonOf(code)}`];
  if (code !== undefined && path !== undefined) return [`${path}: ${reasonOf(code)}`];
  if (cause instanceof ApplicationRefused) return [cause.message];
  return cause.constructor === Error ? cause.message.split('\n') : [cause.stack ?? cause.message];
}

function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the address is already in use';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
      return 'permission denied';
    case 'ENOENT':
      return 'no such file or folder';
    default:
      return code ?? 'unknown reason';
  }
}
