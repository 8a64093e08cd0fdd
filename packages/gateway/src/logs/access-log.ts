/** Access logs: which exchanges are written, how, and where to. Compiled when the configuration is loaded. */
import { escapeLog, type MaskSettings } from '@sallyport/engine';
import { formatJsonAccessLine } from './json-access-line.ts';
import { compileFormat } from './log-format/compile-format.ts';
import { compileCondition, type LogCondition } from './log-format/condition.ts';
import type { LoggedExchange, LogNeeds } from './logged-exchange.ts';
import type { LogSink } from './sink.ts';

export interface AccessLog {
  readonly needs: LogNeeds;
  write(exchange: LoggedExchange): void;
}

export interface AccessLogOptions {
  /** `json`, a nickname or a LogFormat. */
  readonly format: string;
  /** All of them have to hold. */
  readonly when: readonly string[];
  /** Ends each line with the request id in quotes. */
  readonly hasRequestId: boolean;
  readonly mask: MaskSettings | undefined;
}

/** Throws when the format or a condition is bad. */
export function createAccessLog({ format, when, hasRequestId, mask }: AccessLogOptions, sink: LogSink): AccessLog {
  const conditions = when.map(compileCondition);
  if (format === 'json') {
    return {
      needs: { end: true, connection: true },
      write(exchange) {
        if (holds(conditions, exchange)) sink.append(formatJsonAccessLine(exchange, mask));
      },
    };
  }
  const { needs, write } = compileFormat(format);
  return {
    needs,
    write(exchange) {
      if (!holds(conditions, exchange)) return;
      const line = write(exchange);
      sink.append(hasRequestId ? `${line} "${escapeLog(exchange.id)}"` : line);
    },
  };
}

function holds(conditions: readonly LogCondition[], exchange: LoggedExchange): boolean {
  return conditions.length === 0 || conditions.every((one) => one(exchange));
}
