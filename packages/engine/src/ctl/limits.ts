import { type CtlOption, defineCtl } from '../registry/ctl.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** Hard cap of ModSecurity for limits set by `ctl`: 1 GiB. */
const MAXIMUM = 1_073_741_824;

function byteLimit(
  name: string,
  summary: string,
  lastPhase: 1 | 3,
  set: (tx: TransactionState, bytes: number) => void,
): CtlOption {
  return defineCtl({
    name,
    summary,
    values: 'bytes',
    lastPhase,
    compile: (value) => {
      const bytes = Number(value);
      if (!/^\d{1,15}$/.test(value) || bytes === 0 || bytes > MAXIMUM) {
        throw new Error(`"${value}" is not a limit for ctl:${name} (1 to ${MAXIMUM} bytes)`);
      }
      return (tx) => set(tx, bytes);
    },
  });
}

export const requestBodyLimit: CtlOption = byteLimit(
  'requestBodyLimit',
  'SecRequestBodyLimit for this transaction; phase 1.',
  1,
  (tx, bytes) => {
    tx.settings.requestBodyLimit = bytes;
  },
);

export const responseBodyLimit: CtlOption = byteLimit(
  'responseBodyLimit',
  'SecResponseBodyLimit for this transaction; up to phase 3.',
  3,
  (tx, bytes) => {
    tx.settings.responseBodyLimit = bytes;
  },
);

export const debugLogLevel: CtlOption = defineCtl({
  name: 'debugLogLevel',
  summary: 'SecDebugLogLevel for this transaction.',
  values: '0-9',
  compile: (value) => {
    if (!/^[0-9]$/.test(value)) throw new Error(`"${value}" is not a debug level (0-9)`);
    return (tx) => {
      tx.settings.debugLogLevel = Number(value);
    };
  },
});
