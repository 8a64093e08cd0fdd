import type { Word } from '../seclang/ast.ts';
import { Diagnostics } from '../seclang/diagnostics.ts';
import type { ActionParts } from '../seclang/make-node.ts';
import { parseActions } from '../seclang/parse-actions.ts';

/** The action list of a filter, or of SecFilterDefaultAction, sorted by what each action is for. */
export interface FilterActions {
  /** `deny`, `pass`, `allow`, `redirect:url` or `proxy:url`; the last one counts. */
  readonly disruptive: ActionParts | undefined;
  readonly pause: string | undefined;
  readonly status: string | undefined;
  /** `log`, `nolog`, `auditlog`, `noauditlog` in the order written. */
  readonly logging: readonly ActionParts[];
  readonly id: string | undefined;
  /** `rev`, `msg`, `severity`. */
  readonly metadata: readonly ActionParts[];
  /** What a match does besides: `setenv`, `exec`, `ctl`. */
  readonly effects: readonly ActionParts[];
  readonly isChain: boolean;
  /** How many single filters a match passes over. */
  readonly skip: number;
  /** What was not taken over, and why. */
  readonly notes: readonly string[];
}

type Draft = { -readonly [Key in keyof FilterActions]: FilterActions[Key] } & {
  logging: ActionParts[];
  metadata: ActionParts[];
  effects: ActionParts[];
  notes: string[];
};

type Take = (draft: Draft, value: string, name: string) => void;

const disruptive: Take = (draft, _value, name) => {
  draft.disruptive = [name];
};
const disruptiveTo: Take = (draft, value, name) => {
  draft.disruptive = [name, value];
};
const logging: Take = (draft, _value, name) => {
  draft.logging.push([name]);
};
const metadata: Take = (draft, value, name) => {
  draft.metadata = [...draft.metadata.filter(([other]) => other !== name), [name, value]];
};
const chain: Take = (draft) => {
  draft.isChain = true;
};
const skip: Take = (draft, value, name) => {
  if (value === '' || /^\d{1,6}$/.test(value)) draft.skip = value === '' ? 1 : Number(value);
  else draft.notes.push(`${name}:${value} names no number of filters and is left out`);
};

/** Every action of 1.x, lower case. */
const actions: ReadonlyMap<string, { readonly take: Take; readonly argument: 'none' | 'required' | 'optional' }> =
  new Map(
    Object.entries<{ readonly take: Take; readonly argument: 'none' | 'required' | 'optional' }>({
      allow: { take: disruptive, argument: 'none' },
      auditlog: { take: logging, argument: 'none' },
      chain: { take: chain, argument: 'none' },
      chained: { take: chain, argument: 'none' },
      deny: { take: disruptive, argument: 'none' },
      exec: { take: (draft, value) => draft.effects.push(['exec', value]), argument: 'required' },
      id: { take: (draft, value) => (draft.id = value), argument: 'required' },
      log: { take: logging, argument: 'none' },
      logparts: { take: (draft, value) => draft.effects.push(['ctl', `auditLogParts=${value}`]), argument: 'required' },
      mandatory: {
        take: (draft) => {
          draft.notes.push('mandatory is left out: no configuration below this one can drop its rules');
        },
        argument: 'none',
      },
      msg: { take: metadata, argument: 'required' },
      noauditlog: { take: logging, argument: 'none' },
      nolog: { take: logging, argument: 'none' },
      pass: { take: disruptive, argument: 'none' },
      pause: { take: (draft, value) => (draft.pause = value), argument: 'required' },
      proxy: { take: disruptiveTo, argument: 'required' },
      redirect: { take: disruptiveTo, argument: 'required' },
      rev: { take: metadata, argument: 'required' },
      setenv: { take: (draft, value) => draft.effects.push(['setenv', value]), argument: 'required' },
      setnote: { take: (draft, value) => draft.effects.push(['setenv', value]), argument: 'required' },
      severity: { take: metadata, argument: 'required' },
      skip: { take: skip, argument: 'optional' },
      skipnext: { take: skip, argument: 'optional' },
      status: { take: (draft, value) => (draft.status = value), argument: 'required' },
    }),
  );

/** Reads an action list of 1.x; words it does not know are noted and left out. */
export function readFilterActions(word: Word | undefined): FilterActions {
  const draft: Draft = {
    disruptive: undefined,
    pause: undefined,
    status: undefined,
    logging: [],
    id: undefined,
    metadata: [],
    effects: [],
    isChain: false,
    skip: 0,
    notes: [],
  };
  if (word === undefined) return draft;
  const diagnostics = new Diagnostics();
  for (const { name, argument } of parseActions(word, diagnostics)) {
    const lower = name.toLowerCase();
    const action = actions.get(lower);
    if (action === undefined) {
      draft.notes.push(`"${name}" is not an action of ModSecurity 1.x and is left out`);
    } else if (action.argument === 'required' && argument === undefined) {
      draft.notes.push(`${name} has no value and is left out`);
    } else {
      action.take(draft, argument ?? '', lower);
    }
  }
  for (const { message } of diagnostics.all) draft.notes.push(message);
  return draft;
}
