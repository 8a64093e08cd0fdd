import { type Effect, promptly } from '../registry/action.ts';
import { type CtlOption, defineCtl } from '../registry/ctl.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** An option whose value is one of a few words, caseless. `isPrompt`: rules behind it are run as they would be without it. */
function choice<const Word extends string>(
  name: string,
  summary: string,
  words: readonly Word[],
  set: (tx: TransactionState, word: Word) => void,
  { lastPhase, isPrompt = true }: { readonly lastPhase?: 1 | 3; readonly isPrompt?: boolean } = {},
): CtlOption {
  return defineCtl({
    name,
    summary,
    values: words.join('|'),
    ...(lastPhase === undefined ? {} : { lastPhase }),
    compile: (value) => {
      const word = words.find((one) => one.toLowerCase() === value.toLowerCase());
      if (word === undefined) throw new Error(`"${value}" is not a value of ctl:${name} (${words.join(', ')})`);
      const effect: Effect = (tx) => set(tx, word);
      return isPrompt ? promptly(effect) : effect;
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
  { isPrompt: false },
);

export const requestBodyAccess: CtlOption = choice(
  'requestBodyAccess',
  'Read the request body or not; phase 1.',
  onOff,
  (tx, word) => {
    tx.settings.requestBodyAccess = isOn(word);
  },
  { lastPhase: 1 },
);

export const responseBodyAccess: CtlOption = choice(
  'responseBodyAccess',
  'Read the response body or not; up to phase 3.',
  onOff,
  (tx, word) => {
    tx.settings.responseBodyAccess = isOn(word);
  },
  { lastPhase: 3 },
);

export const forceRequestBodyVariable: CtlOption = choice(
  'forceRequestBodyVariable',
  'Fill REQUEST_BODY even when no body processor is chosen; phase 1.',
  ['On', 'Off'],
  (tx, word) => {
    tx.body.forceVariable = word === 'On';
  },
  { lastPhase: 1 },
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
  { lastPhase: 3 },
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
    return promptly((tx) => {
      tx.body.processor = processor;
    });
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
    return promptly((tx) => {
      tx.responseBody.processor = processor;
    });
  },
});
