import { escapeLog } from '../bytes/escape.ts';
import type { Link, Rule } from '../compile/program.ts';
import type { DebugLevel, Interruption, Phase, RuleMatch, TransactionRecord, VariableChange } from '../contract.ts';
import type { Member } from '../registry/member.ts';
import type { DebugLog } from '../registry/services.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import type { Item } from './collect-targets.ts';

/** Characters of lines held back per transaction; what is more goes out before the transaction ends. */
const MAXIMUM_HELD = 1 << 20;

/** Characters of a value that are shown; ModSecurity's limit for values in alerts. */
const MAXIMUM_SHOWN = 512;

const PHASE_NAMES = ['', 'REQUEST_HEADERS', 'REQUEST_BODY', 'RESPONSE_HEADERS', 'RESPONSE_BODY', 'LOGGING'] as const;

/**
 * What the debug log tells of one transaction, with ModSecurity's levels: 1 errors and what was denied, 2 warnings, 3 notices,
 * 4 each step, 5 what the request was taken for and which rules were run, 9 every value. It is there only where SecDebugLog
 * names a file. Lines are held until the transaction ends, so that what a late `sanitise…` action names is masked in the
 * early ones as well.
 */
export class DebugTrace {
  readonly #tx: TransactionState;
  readonly #file: string;
  readonly #log: DebugLog;
  #held: { readonly at: number; readonly level: DebugLevel; readonly text: string }[] = [];
  #size = 0;

  constructor(tx: TransactionState, file: string, log: DebugLog) {
    this.#tx = tx;
    this.#file = file;
    this.#log = log;
  }

  /** Each rule is to be told of, so none may be left out because it cannot match. */
  get showsRules(): boolean {
    return this.#shows(4);
  }

  /** One line. `text` may hold what a client sent. */
  note(level: DebugLevel, text: string): void {
    if (!this.#shows(level)) return;
    this.#held.push({ at: this.#tx.now(), level, text });
    this.#size += text.length;
    if (this.#size > MAXIMUM_HELD) this.flush();
  }

  /** Hands out what is held. */
  flush(): void {
    const { request, connection, masking } = this.#tx;
    for (const { at, level, text } of this.#held) {
      this.#log.write({
        file: this.#file,
        at,
        level,
        text: masking.text(text),
        hostname: request.serverName,
        uriPath: request.path,
        serverPort: connection.serverPort,
        transactionId: connection.id,
      });
    }
    this.#held = [];
    this.#size = 0;
  }

  beginRequest(): void {
    const { request, connection } = this.#tx;
    this.note(4, `Initialising transaction (txid ${connection.id}).`);
    this.note(5, `Request: ${escapeLog(request.line)}`);
    this.#list('request header', request.headerMembers);
    this.#list('request argument (QUERY_STRING)', request.queryArguments);
    this.#list('request cookie', request.cookies);
  }

  endRequestBody(): void {
    const { body } = this.#tx;
    if (!this.#shows(4)) return;
    const processor = body.processor === '' ? 'none' : body.processor;
    this.note(4, `Request body: ${body.length} bytes, processor ${processor}.`);
    if (body.error !== undefined) this.note(4, `Request body error: ${escapeLog(body.error)}`);
    for (const { name, value } of body.result?.arguments ?? []) {
      this.note(5, `Adding request argument (BODY): name "${shown(name)}", value "${shown(value)}"`);
    }
    for (const { name, filename, size } of body.result?.files ?? []) {
      this.note(5, `Uploaded file: name "${shown(name)}", file name "${shown(filename)}", ${size} bytes`);
    }
  }

  beginPhase(phase: Phase, ruleCount: number): void {
    this.note(4, `Starting phase ${PHASE_NAMES[phase]}.`);
    this.note(9, `This phase consists of ${ruleCount} rule(s).`);
  }

  removedRule({ id }: Rule): void {
    this.note(5, `Not processing rule [id "${id}"]: removed by a ctl action.`);
  }

  beginLink(rule: Rule, link: Link): void {
    if (!this.#shows(4)) return;
    this.note(4, `Recipe: Invoking rule [file "${escapeLog(link.file)}"] [line "${link.line}"] [id "${rule.id}"].`);
    this.note(5, `Rule ${rule.id}: ${escapeLog(link.source)}`);
  }

  transformed(name: string, value: string): void {
    this.note(9, `T ${name}: "${shown(value)}"`);
  }

  beginOperator({ test, isUnconditional }: Link, item: Item, value: string): void {
    if (isUnconditional || !this.#shows(4)) return;
    const negation = test.isNegated ? '!' : '';
    const argument = shown(test.argument.source);
    this.note(
      4,
      `Executing operator "${negation}${test.name}" with param "${argument}" against ${escapeLog(item.name)}.`,
    );
    this.note(9, `Target value: "${shown(value)}"`);
  }

  endOperator(verdict: boolean): void {
    this.note(4, `Rule returned ${verdict ? 1 : 0}.`);
  }

  /** A complete match nobody wants in the other logs. */
  silentMatch(rule: Rule, sentence: string): void {
    this.note(4, `Warning. ${sentence} [id "${rule.id}"]`);
  }

  /** A match, in the words of the error log. */
  match(match: RuleMatch, words: (match: RuleMatch) => string): void {
    const level = !match.log ? 4 : match.isDisruptive ? 1 : 2;
    if (this.#shows(level)) this.note(level, words(match));
  }

  changed({ name, after }: VariableChange): void {
    this.note(
      9,
      after === undefined ? `Unset variable "${shown(name)}".` : `Set variable "${shown(name)}" to "${shown(after)}".`,
    );
  }

  interrupted(interruption: Interruption | undefined): void {
    if (interruption !== undefined) this.note(4, `Transaction intercepted: ${interruption.message}`);
  }

  end({ isAudited, isRelevant, durationMicroseconds }: TransactionRecord): void {
    this.note(
      4,
      `Audit log: ${isAudited ? 'logging this transaction' : 'not logging this transaction'}${isRelevant ? ' (relevant)' : ''}.`,
    );
    this.note(4, `Transaction ends after ${durationMicroseconds} usec.`);
    this.flush();
  }

  #list(what: string, members: readonly Member[]): void {
    if (!this.#shows(5)) return;
    for (const { key = '', value } of members) {
      this.note(5, `Adding ${what}: name "${shown(key)}", value "${shown(value)}"`);
    }
  }

  #shows(level: number): boolean {
    return this.#tx.settings.debugLogLevel >= level;
  }
}

function shown(text: string): string {
  return text.length <= MAXIMUM_SHOWN ? escapeLog(text) : `${escapeLog(text.slice(0, MAXIMUM_SHOWN))} ...`;
}
