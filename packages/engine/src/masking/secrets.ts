import { type MaskSettings, maskBody, maskSpans, maskTarget, variableIsMasked } from '../audit/masking.ts';
import type { HeaderList, MatchedValue, RuleMatch, SanitisedNames, TransactionRecord } from '../contract.ts';
import type { MacroText } from '../registry/macro.ts';
import type { Masking, TransactionState } from '../registry/transaction-state.ts';
import { encodedSpans, SHORTEST_SEARCHED, spansOf } from './find-secrets.ts';

/** More secrets than this, and whatever macros insert is masked whole: a client must not choose how long logging takes. */
const MAXIMUM_SEARCHED = 100;

/** Variables that can hold a copy or a part of the value that matched. */
const QUOTING: ReadonlySet<string> = new Set(['MATCHED_VAR', 'MATCHED_VARS', 'TX']);

/** What has been named. */
class Named {
  /** By lower-case name, in the spelling of the first use. */
  readonly arguments = new Map<string, string>();
  readonly requestHeaders = new Map<string, string>();
  readonly responseHeaders = new Map<string, string>();
  /** Arguments of which a part is masked. */
  readonly partly = new Map<string, string>();
  readonly texts = new Set<string>();
  /** Matches whose texts were written while their variable was masked already. */
  readonly written = new WeakSet<readonly MatchedValue[]>();
}

/**
 * What the `sanitise…` actions of one transaction have named. Everything the engine hands out about the transaction goes
 * through here, so that no log, explanation or metric shows a secret: values of masked names become asterisks of the same
 * length, and the same texts are masked wherever else they turn up.
 */
export class Secrets implements Masking {
  readonly #tx: TransactionState;
  /** Made when something is named: every match asks, and hardly any exchange has a secret. */
  #madeNamed: Named | undefined;

  constructor(tx: TransactionState) {
    this.#tx = tx;
  }

  get isEmpty(): boolean {
    if (this.#madeNamed === undefined) return true;
    const { arguments: names, requestHeaders, responseHeaders, texts } = this.#madeNamed;
    return names.size + requestHeaders.size + responseHeaders.size + texts.size === 0;
  }

  get #named(): Named {
    this.#madeNamed ??= new Named();
    return this.#madeNamed;
  }

  get names(): SanitisedNames {
    return {
      arguments: [...new Map([...this.#named.partly, ...this.#named.arguments]).values()],
      requestHeaders: [...this.#named.requestHeaders.values()],
      responseHeaders: [...this.#named.responseHeaders.values()],
    };
  }

  maskArgument(name: string): void {
    this.#add(this.#named.arguments, name);
  }

  maskRequestHeader(name: string): void {
    this.#add(this.#named.requestHeaders, name);
  }

  maskResponseHeader(name: string): void {
    this.#add(this.#named.responseHeaders, name);
  }

  maskVariable(fullName: string, value: string): void {
    const colon = fullName.indexOf(':');
    const collection = colon === -1 ? fullName : fullName.slice(0, colon);
    const member = fullName.slice(colon + 1);
    if (colon !== -1 && collection.startsWith('ARGS')) this.maskArgument(member);
    else if (colon !== -1 && collection.startsWith('REQUEST_HEADERS')) this.maskRequestHeader(member);
    else if (colon !== -1 && collection.startsWith('RESPONSE_HEADERS')) this.maskResponseHeader(member);
    else this.#addText(value);
  }

  maskText(fullName: string, value: string, text: string): void {
    if (text === '') return;
    // Where a transformation has changed the text it could not be found again in what was sent.
    const isSent = this.#sentValues(fullName).some((sent) => sent.includes(text));
    if (text.length < SHORTEST_SEARCHED || !isSent) this.maskVariable(fullName, value);
    else {
      this.#addText(text);
      if (fullName.startsWith('ARGS')) this.#add(this.#named.partly, fullName.slice(fullName.indexOf(':') + 1));
    }
  }

  expand(text: MacroText, names: readonly string[], tx: TransactionState): string {
    if (this.isEmpty || text.isConstant) return text.expand(tx);
    const settings = this.#settings();
    const isMasked = names.some((name) => variableIsMasked(name, settings));
    return text.expandMasked(tx, (inserted, variable) =>
      isMasked && QUOTING.has(variable) ? stars(inserted) : this.text(inserted),
    );
  }

  text(text: string): string {
    if (this.isEmpty) return text;
    const searched = this.#searched();
    if (searched.length > MAXIMUM_SEARCHED || searched.includes(text)) return stars(text);
    return maskSpans(text, spansOf(text, searched));
  }

  match(match: RuleMatch): RuleMatch {
    if (this.isEmpty) return match;
    const settings = this.#settings();
    const isMasked = match.matched.some(({ name }) => variableIsMasked(name, settings));
    const isWritten = this.#named.written.has(match.matched);
    const matched = match.matched.map((value) => this.#matchedValue(value, settings));
    if (isMasked) this.#named.written.add(matched);
    return {
      ...match,
      operatorText: this.text(match.operatorText),
      action: this.text(match.action),
      message: match.message === undefined ? undefined : this.text(match.message),
      data: match.data === undefined ? undefined : isMasked && !isWritten ? stars(match.data) : this.text(match.data),
      tags: match.tags.map((tag) => this.text(tag)),
      matched,
    };
  }

  /** Says that the texts of a match were expanded through {@link expand}. */
  noteWritten(match: RuleMatch): void {
    if (!this.isEmpty) this.#named.written.add(match.matched);
  }

  record(record: TransactionRecord): TransactionRecord {
    if (this.isEmpty) return record;
    const settings = this.#settings();
    const { request, response, interruption } = record;
    const contentType = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    return {
      ...record,
      request: {
        ...request,
        uri: this.#sent(maskTarget(request.uri, settings)),
        ...(request.line === undefined ? {} : { line: this.#sent(maskTarget(request.line, settings)) }),
        headers: this.#headers(request.headers, settings.requestHeaders, settings),
      },
      requestBody: record.requestBody === undefined ? undefined : this.#body(record.requestBody, contentType, settings),
      requestBodyWithoutFiles:
        record.requestBodyWithoutFiles === undefined
          ? undefined
          : this.#body(record.requestBodyWithoutFiles, undefined, settings),
      response:
        response === undefined
          ? undefined
          : { ...response, headers: this.#headers(response.headers, settings.responseHeaders, settings) },
      responseBody: record.responseBody === undefined ? undefined : this.text(record.responseBody),
      matches: record.matches.map((match) => this.match(match)),
      messages: record.messages.map(({ level, text }) => ({ level, text: this.text(text) })),
      serverErrors: record.serverErrors.map((text) => this.text(text)),
      interruption:
        interruption === undefined ? undefined : { ...interruption, message: this.text(interruption.message) },
      uriPath: this.text(record.uriPath),
      sanitised: this.names,
    };
  }

  #add(names: Map<string, string>, name: string): void {
    const key = name.toLowerCase();
    if (!names.has(key)) names.set(key, name);
  }

  #addText(text: string): void {
    if (text !== '') this.#named.texts.add(text);
  }

  /** Arguments that are named in part are masked whole where there are too many secrets to be looked for. */
  #settings(): MaskSettings {
    const { arguments: names, partly } = this.#named;
    const isTooMany = partly.size > 0 && this.#searched().length > MAXIMUM_SEARCHED;
    return {
      parameters: new Set(isTooMany ? [...names.keys(), ...partly.keys()] : names.keys()),
      requestHeaders: new Set(this.#named.requestHeaders.keys()),
      responseHeaders: new Set(this.#named.responseHeaders.keys()),
    };
  }

  /** Every text to look for, looked up anew each time: arguments and headers may have arrived. */
  #searched(): readonly string[] {
    const { args, request, response } = this.#tx;
    const found = new Set(this.#named.texts);
    const take = (members: readonly { key: string | undefined; value: string }[], names: Map<string, string>): void => {
      if (names.size === 0) return;
      for (const { key, value } of members) if (value !== '' && names.has((key ?? '').toLowerCase())) found.add(value);
    };
    take(args, this.#named.arguments);
    take(request.headerMembers, this.#named.requestHeaders);
    take(response?.headerMembers ?? [], this.#named.responseHeaders);
    if (this.#named.requestHeaders.has('cookie')) for (const { value } of request.cookies) found.add(value);
    return [...found];
  }

  #sentValues(fullName: string): readonly string[] {
    const colon = fullName.indexOf(':');
    const key = fullName.slice(colon + 1).toLowerCase();
    const { args, request, response, body } = this.#tx;
    if (colon === -1) return [body.raw ?? '', request.uri, request.query ?? ''];
    return [args, request.headerMembers, request.cookies, response?.headerMembers ?? []].flatMap((members) =>
      members.filter((member) => member.key?.toLowerCase() === key).map(({ value }) => value),
    );
  }

  #matchedValue(value: MatchedValue, settings: MaskSettings): MatchedValue {
    const hide = variableIsMasked(value.name, settings) ? stars : (text: string) => this.text(text);
    const optional = (text: string | undefined): string | undefined => (text === undefined ? undefined : hide(text));
    return {
      ...value,
      value: hide(value.value),
      original: hide(value.original),
      operator: this.text(value.operator),
      changes: value.changes.map(({ name, before, after }) => ({
        name: this.text(name),
        before: optional(before),
        after: optional(after),
      })),
    };
  }

  #headers(headers: HeaderList, masked: ReadonlySet<string>, settings: MaskSettings): HeaderList {
    return headers.map(([name, value]) => {
      if (masked.has(name.toLowerCase())) return [name, stars(value)];
      return [name, this.#sent(maskTarget(value, settings))];
    });
  }

  #body(body: string, contentType: string | undefined, settings: MaskSettings): string {
    return this.#sent(maskBody(body, contentType, settings));
  }

  /** Text as it was on the wire, where secrets may be URL-encoded. */
  #sent(text: string): string {
    const searched = this.#searched();
    if (searched.length > MAXIMUM_SEARCHED) return maskSpans(text, spansOf(text, searched.slice(0, MAXIMUM_SEARCHED)));
    return maskSpans(text, [...spansOf(text, searched), ...encodedSpans(text, searched)]);
  }
}

const stars = (text: string): string => '*'.repeat(text.length);
