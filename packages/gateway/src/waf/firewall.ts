/** A loaded rule set, tied to the logs: what it finds is written down at the moment it is found. */
import type { EngineMode, RuleSwitch, Transaction, Waf, WafOptions } from '@sallyport/engine';
import type { Logs, RequestContext } from '../logs/index.ts';
import { Turns } from './turns.ts';

export interface Connection extends RequestContext {
  readonly startedAt: number;
  readonly server: { readonly address: string; readonly port: number };
  /** The rules have been busy with it for some milliseconds and let others go first; may throw, which ends the phase. */
  onTurn?(transaction: Transaction): void;
}

export interface Firewall {
  readonly waf: Waf;
  /** The mode exchanges begin in. */
  readonly engineMode: EngineMode;
  /** The same with some rules switched, in place of all earlier switches. Throws a `RangeError` when there is no such rule. */
  switched(switches: ReadonlyMap<number, RuleSwitch>): Firewall;
  readonly withoutSwitches: Firewall;
  /** Begins the inspection of one exchange. */
  open(connection: Connection): Transaction;
  /**
   * Lets others have the thread; resolves when it is this exchange's turn again. Rejects when its client has no claim to go on.
   */
  giveWay(transaction: Transaction): Promise<void>;
}

/** Forms of a rule set with switched rules that are kept for other routes. */
const MOST_KEPT = 16;

/** Routes what rules find to the log of the request it belongs to. */
export class MatchRouter {
  readonly #logs: Logs;
  readonly #turns = new Turns();

  constructor(logs: Logs) {
    this.#logs = logs;
  }

  readonly onMatch: NonNullable<WafOptions['onMatch']> = (match, tx) => {
    this.#logs.match(match, exchangeOf(tx));
  };

  readonly onMessage: NonNullable<WafOptions['onMessage']> = (message, tx) => {
    this.#logs.message(message, exchangeOf(tx));
  };

  /** For `yieldControl`; see `Firewall.giveWay`. */
  readonly giveWay = async (transaction: Transaction): Promise<void> => {
    exchangeOf(transaction).onTurn?.(transaction);
    await this.#turns.next(transaction.workMicroseconds);
  };

  /** A firewall of the rule set; several of them in different modes share all it is made of. */
  firewall(waf: Waf, engineMode: EngineMode = waf.settings.engineMode, base?: Firewall): Firewall {
    const options = { engineMode };
    const made = new Map<string, Firewall>();
    const self: Firewall = {
      switched: (switches) => {
        if (base !== undefined) return base.switched(switches);
        if (switches.size === 0) return self;
        // Routes with the same switches share what is made of them.
        const key = JSON.stringify([...switches].toSorted(([a], [b]) => a - b));
        const switched = made.get(key) ?? this.firewall(waf.withRuleSwitches(switches), engineMode, self);
        made.set(key, switched);
        // The oldest goes: nobody switches back and forth between more.
        if (made.size > MOST_KEPT) made.delete([...made.keys()][0] as string);
        return switched;
      },
      get withoutSwitches() {
        return base ?? self;
      },
      waf,
      engineMode,
      open: (connection) => {
        const info = {
          id: connection.id,
          clientAddress: connection.client.address,
          clientPort: connection.client.port,
          serverAddress: connection.server.address,
          serverPort: connection.server.port,
          startedAt: connection.startedAt,
          context: connection,
        };
        return waf.openTransaction(info, options);
      },
      giveWay: this.giveWay,
    };
    return self;
  }
}

/**
 * The exchange rides along with its transaction. A map of those that run would do as well, but V8's maps leave a trail of outgrown
 * tables, each of which leads to the next: with a few entries that come and go all the time, no young exchange is ever garbage.
 */
function exchangeOf({ connection }: Transaction): Connection {
  // `open` has put it there.
  return connection.context as Connection;
}
