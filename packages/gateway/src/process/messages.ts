/**
 * What supervisor and workers say to each other over the channel Node opens between parent and child: JSON, one object at a time.
 * A worker reads what clients send, so the supervisor believes nothing of its messages before their form is checked.
 */
import type { Order } from '../admin/orders.ts';
import type { Found } from '../config/configuration-files.ts';
import type { SettingsSource } from '../config/source.ts';
import type { LogLevel } from '../logs/index.ts';

export interface StartMessage {
  readonly type: 'start';
  readonly source: SettingsSource;
  /** Bound sockets the worker has inherited, one for each listener of the configuration. */
  readonly descriptors: readonly number[];
  /** After so many requests the worker says `due`; 0: never. */
  readonly maxRequests: number;
  /** Folder for what the workers share. */
  readonly sharedDirectory: string;
  /** Lines for the error log, written by the worker once it serves. */
  readonly notes: readonly Note[];
  readonly orders: readonly Order[];
  /** What the first worker of this configuration has found; that one gets nothing, and tells. */
  readonly found?: FoundFiles;
  /** Nobody waits for this worker: it makes all beforehand that its first requests would wait for. */
  readonly othersServe: boolean;
}

/** Files of a configuration as they were when it was put in force. */
export interface FoundFiles {
  readonly rules: Found;
  readonly certificates: Found;
}

export interface Note {
  readonly level: LogLevel;
  readonly module: string;
  readonly text: string;
}

export type ToWorker =
  | StartMessage
  /** Accept nothing any more, finish what has begun, end. */
  | { readonly type: 'retire' }
  /** The same, and cut after `grace` milliseconds what is not finished. */
  | { readonly type: 'stop'; readonly grace: number }
  | { readonly type: 'reopen' }
  | ({ readonly type: 'note' } & Note)
  | { readonly type: 'ask'; readonly id: number; readonly query: string; readonly parameters?: unknown };

/** Sign of life of a serving worker. */
export interface Beat {
  /** Requests since it started. */
  readonly begun: number;
  readonly running: number;
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Share of the time since the last beat its event loop was busy. */
  readonly utilization: number;
}

export type FromWorker =
  | { readonly type: 'serving'; readonly rules: string; readonly warnings: readonly string[] }
  /** Before it serves. */
  | { readonly type: 'found'; readonly files: FoundFiles }
  | { readonly type: 'failed'; readonly lines: readonly string[] }
  | ({ readonly type: 'beat' } & Beat)
  /** It asks to be replaced. */
  | { readonly type: 'due'; readonly reason: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  /** What it has counted in all, as an answer to the query `metrics`: its last word. */
  | { readonly type: 'counted'; readonly value: unknown };

/** Time between beats, in milliseconds. */
export const BEAT_EVERY = 250;

const MAX_TEXT = 2000;
const MAX_LINES = 1000;

/** The message as the supervisor takes it: a text too long ends with an ellipsis, a list too long with the count of what is left out. */
export function fitted(message: FromWorker): FromWorker {
  switch (message.type) {
    case 'serving':
      return { ...message, rules: fittedText(message.rules), warnings: fittedLines(message.warnings) };
    case 'failed':
      return { ...message, lines: fittedLines(message.lines) };
    case 'due':
      return { ...message, reason: fittedText(message.reason) };
    default:
      return message;
  }
}

function fittedText(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

function fittedLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines.map(fittedText);
  const left = lines.length - (MAX_LINES - 1);
  return [...lines.slice(0, MAX_LINES - 1).map(fittedText), `and ${left} more`];
}

/** The message, if it is one. */
export function readFromWorker(message: unknown): FromWorker | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, ...rest } = message as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'serving': {
      const { rules, warnings } = rest;
      return isText(rules) && isTextList(warnings) ? { type, rules, warnings } : undefined;
    }
    case 'found': {
      const { rules, certificates } = (rest['files'] ?? {}) as Readonly<Record<string, unknown>>;
      return isRecord(rules) && isRecord(certificates) ? { type, files: { rules, certificates } } : undefined;
    }
    case 'failed': {
      const { lines } = rest;
      return isTextList(lines) ? { type, lines } : undefined;
    }
    case 'beat': {
      const { begun, running, rss, utilization } = rest;
      const isBeat = isCount(begun) && isCount(running) && isCount(rss) && isCount(utilization);
      return isBeat ? { type, begun, running, rss, utilization } : undefined;
    }
    case 'due': {
      const { reason } = rest;
      return isText(reason) ? { type, reason } : undefined;
    }
    case 'answer': {
      const { id, value } = rest;
      return isCount(id) ? { type, id, value } : undefined;
    }
    case 'counted':
      return { type, value: rest['value'] };
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MAX_LINES && value.every(isText);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
