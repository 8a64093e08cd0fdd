/** mod_ssl: certificates of this server, and what it demands of backends. */
import type { Topic } from './topic.ts';

const keep: Topic[string] = ({ name, args, at }, scope, { ledger }) => {
  scope.tls.set(name.toLowerCase(), { value: args.join(' '), at });
  ledger.enter(at);
};

/** A file for `upstreams.<name>.tls`. */
function upstreamFile(...keys: readonly string[]): Topic[string] {
  return ({ args, at }, scope, { ledger, files }) => {
    const file = args[0] ?? '';
    if (!files.canRead(file)) {
      ledger.leftOut(at, `${file} cannot be read`);
      return;
    }
    for (const key of keys) scope.upstreamTls[key] = files.placeOf(file);
    ledger.carried(at, keys.map((key) => `upstreams: tls.${key}: ${file}`).join(', '));
  };
}

const alwaysVerified: Topic[string] = ({ args, at }, _scope, { ledger }) => {
  const isStrict = /^(on|require)$/i.test(args[0] ?? '');
  if (isStrict) ledger.carried(at, 'certificates of https:// upstreams are always verified, with name and date');
  else
    ledger.leftOut(at, 'certificates of https:// upstreams are verified; tls.unsafe_skip_verify would switch that off');
};

export const tls: Topic = {
  sslengine: keep,
  sslcertificatefile: keep,
  sslcertificatekeyfile: keep,
  sslprotocol: keep,
  sslverifyclient: keep,
  sslcacertificatefile: keep,
  sslcertificatechainfile: ({ at }, _scope, { ledger }) =>
    ledger.leftOut(at, 'put the chain behind the certificate, in one file'),
  sslproxyengine: ({ at }, _scope, { ledger }) => ledger.carried(at, 'https:// upstreams need no switch'),
  sslproxyverify: alwaysVerified,
  sslproxycheckpeername: alwaysVerified,
  sslproxycheckpeercn: alwaysVerified,
  sslproxycheckpeerexpire: alwaysVerified,
  sslproxycacertificatefile: upstreamFile('ca'),
  sslproxymachinecertificatefile: upstreamFile('certificate', 'key'),
};
