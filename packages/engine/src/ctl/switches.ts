import { type CtlOption, defineCtl } from '../registry/ctl.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** An option whose value is one of a few words, caseless. */
function choice<const Word extends string>(
  name: string,
  summary: string,
  words: readonly Word[],
  set: (tx: TransactionState, word: Word) => void,
  lastPhase?: 1 | 3,
): CtlOption {
  return defineCtl({
    name,
    summary,
    values: words.join('|'),
    ...(lastPhase === undefined ? {} : { lastPhase }),
    compile: (value) => {
      const word = words.find((one) => one.toLowerCase() === value.toLowerCase());
      if (word === undefined) throw new Error(`"${value}" is not a value of ctl:${name} (${words.join(', ')})`);
      return (tx) => set(tx, word);
    },
  });
}

/** ModSecurity 2 takes on, true and 1 here. */
const isOn = (word: string): boolean => word === 'on' || word === 'true' || word === '1';
const onOff = ['on', 'off', 'true', 'false', '1', '0'] as const;

export const ruleEngine: CtlOption = choice(
  'ruleEngine',
  'Switch the engine for the rest of the transaction.',
  ['On', 'Off', 'DetectionOnly'],
  (tx, mode) => {
    tx.settings.engineMode = mode;
  },
);

export const requestBodyAccess: CtlOption = choice(
  'requestBodyAccess',
  'Read the request body or not; phase 1.',
  onOff,
  (tx, word) => {
    tx.settings.requestBodyAccess = isOn(word);
  },
  1,
);

export const responseBodyAccess: CtlOption = choice(
  'responseBodyAccess',
  'Read the response body or not; up to phase 3.',
  onOff,
  (tx, word) => {
    tx.settings.responseBodyAccess = isOn(word);
  },
  3,
);

export const forceRequestBodyVariable: CtlOption = choice(
  'forceRequestBodyVariable',
  'Fill REQUEST_BODY even when no body processor is chosen; phase 1.',
  ['On', 'Off'],
  (tx, word) => {
    tx.body.forceVariable = word === 'On';
  },
  1,
);

export const auditEngine: CtlOption = choice(
  'auditEngine',
  'Switch the audit log for this transaction.',
  ['On', 'Off', 'RelevantOnly'],
  (tx, word) => {
    tx.settings.auditEngine = word;
  },
);

export const forceResponseBodyVariable: CtlOption = choice(
  'forceResponseBodyVariable',
  'Read the response body and fill RESPONSE_BODY whatever its content type; up to phase 3.',
  ['On', 'Off'],
  (tx, word) => {
    tx.responseBody.forceVariable = word === 'On';
  },
  3,
);

export const hashEngine: CtlOption = choice(
  'hashEngine',
  'Sign links in this response, and let @validateHash check this request.',
  ['On', 'Off'],
  (tx, word) => {
    tx.settings.hashEngine = word === 'On';
  },
);

export const hashEnforcement: CtlOption = choice(
  'hashEnforcement',
  'Whether @validateHash can match in this transaction.',
  ['On', 'Off'],
  (tx, word) => {
    tx.settings.hashEnforcement = word === 'On';
  },
);

export const requestBodyProcessor: CtlOption = defineCtl({
  name: 'requestBodyProcessor',
  summary: 'Choose how the request body is parsed; phase 1.',
  values: 'URLENCODED|MULTIPART|XML|JSON',
  lastPhase: 1,
  compile: (value, context) => {
    const processor = context.bodyProcessors.find((name) => name === value.toUpperCase());
    if (processor === undefined) {
      throw new Error(`"${value}" is not a body processor (${context.bodyProcessors.join(', ')})`);
    }
    return (tx) => {
      tx.body.processor = processor;
    };
  },
});

export const responseBodyProcessor: CtlOption = defineCtl({
  name: 'responseBodyProcessor',
  summary: 'Parse the response body, for RESPONSE_ARGS and RESPONSE_XML; up to phase 3.',
  values: 'URLENCODED|MULTIPART|XML|JSON',
  lastPhase: 3,
  compile: (value, context) => {
    const processor = context.bodyProcessors.find((name) => name === value.toUpperCase());
    if (processor === undefined) {
      throw new Error(`"${value}" is not a body processor (${context.bodyProcessors.join(', ')})`);
    }
    return (tx) => {
      tx.responseBody.processor = processor;
    };
  },
});
