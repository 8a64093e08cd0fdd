/** W3C Trace Context: which trace a request belongs to, and what its upstream is told. */
import { randomFillSync } from 'node:crypto';

export interface TraceContext {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** Of the gate's own span; 16 digits. */
  readonly spanId: string;
  /** The caller's span; undefined where the trace begins here. */
  readonly parentId: string | undefined;
  readonly isSampled: boolean;
  /** `tracestate` of the caller, passed on as it came. */
  readonly state: string | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const MAX_STATE = 512;

/** Continues the trace of a believed caller, or begins one. `share`: of new traces that are recorded, 0 to 1. */
export function beginTrace(
  traceparent: string | undefined,
  tracestate: string | undefined,
  share: number,
): TraceContext {
  const caller = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const spanId = randomHex(8);
  if (caller === undefined) {
    return { traceId: randomHex(16), spanId, parentId: undefined, isSampled: Math.random() < share, state: undefined };
  }
  const state = tracestate !== undefined && tracestate.length <= MAX_STATE ? tracestate : undefined;
  return { ...caller, spanId, state };
}

/** Undefined for what is no traceparent of version 00 or a later one that begins like it (W3C Trace Context §3.2). */
export function parseTraceparent(text: string): Pick<TraceContext, 'traceId' | 'parentId' | 'isSampled'> | undefined {
  const [whole, version, traceId = '', parentId = '', flags = '', rest] = TRACEPARENT.exec(text) ?? [];
  if (whole === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** For the upstream: its caller is the gate's span. */
export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

function randomHex(bytes: number): string {
  const text = randomFillSync(Buffer.allocUnsafe(bytes)).toString('hex');
  return /^0+$/.test(text) ? randomHex(bytes) : text;
}
