/** What a port of the old server demands of certificates of clients. */
import type { Settings } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { OldFiles } from './old-files.ts';
import type { Statement } from './statement.ts';

/** The directive that asks for certificates. */
interface Demand {
  readonly at: Statement;
  /** Undefined where it says that nobody is asked. */
  readonly mode: 'require' | 'optional' | undefined;
}

/** The directive that names the authorities it goes by. */
interface Authorities {
  readonly at: Statement;
  readonly file: string;
}

/**
 * Keys of a listener's `tls`; undefined where the authorities are not here, and the port stays closed. `named`: the directive that
 * would name them.
 */
export function clientCertificates(
  demand: Demand | undefined,
  authorities: Authorities | undefined,
  named: string,
  { ledger, files }: { readonly ledger: Ledger; readonly files: OldFiles },
): Settings | undefined {
  if (demand?.mode === undefined) {
    for (const one of [demand, authorities])
      if (one !== undefined) ledger.carried(one.at, 'clients are not asked for certificates');
    return {};
  }
  const { at, mode } = demand;
  if (authorities === undefined || !files.canRead(authorities.file)) {
    ledger.leftOut(at, `its ${named} cannot be read here`);
    return undefined;
  }
  ledger.carried(at, `listeners: tls.client_certificate ${mode}`, 'for the whole port');
  ledger.carried(authorities.at, `listeners: tls.client_ca ${authorities.file}`);
  return { client_certificate: mode, client_ca: files.placeOf(authorities.file) };
}
