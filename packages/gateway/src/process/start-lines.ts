/** What a gate says about itself at the start and after a reload. */
import type { ListenerStatus } from '../admin/status.ts';
import type { Config } from '../config/config.ts';
import type { LoadedRules } from '../waf/load.ts';

/** `sallyport 1.2.3 listening on http://127.0.0.1:8080, in front of app (http://127.0.0.1:3000)` */
export function listeningLine(version: string, listeners: readonly ListenerStatus[], config: Config): string {
  const doors = listeners.map(({ scheme, address, port }) => {
    return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  });
  const targets = [
    ...[...config.upstreams].map(([name, { urls }]) => `${name} (${urls.map(({ url }) => url).join(', ')})`),
    ...[...config.deployments].map(([name, { folder }]) => `${name} (${folder}/*)`),
  ];
  return `sallyport ${version} listening on ${doors.join(', ')}, in front of ${targets.join(', ')}`;
}

export function rulesLine(rules: LoadedRules): string {
  if (rules.name === undefined) return 'rules: off';
  const sets = rules.sets.map(({ name, rules: what, ruleCount }) => `; ${name}: ${what}, ${ruleCount} rules`);
  return `rules: ${rules.name}, ${rules.ruleCount} rules${sets.join('')}`;
}

/** Places that were opened, as they are shown: one for each listener of the configuration, in its order. */
export function listenerStatus(
  config: Config,
  places: readonly { readonly address: string; readonly port: number }[],
): readonly ListenerStatus[] {
  return places.map(({ address, port }, at) => ({
    scheme: config.listeners[at]?.tls === undefined ? 'http' : 'https',
    address,
    port,
  }));
}

/** Settings in force that weaken the gate, by name. They are named at every start, so that nobody forgets them. */
export function unsafeSettings(config: Config): readonly string[] {
  return [
    ...(config.http.profile === 'lenient-http' ? ['http.profile lenient-http'] : []),
    ...(config.rules.unsafePassOnError ? ['rules.unsafe_pass_on_error'] : []),
    ...[...config.upstreams]
      .filter(([, one]) => one.tls.unsafeSkipVerify)
      .map(([name]) => `upstreams.${name}.tls.unsafe_skip_verify`),
    ...[...config.upstreams]
      .filter(([, one]) => one.fastcgi.unsafeSkipScriptCheck)
      .map(([name]) => `upstreams.${name}.fastcgi.unsafe_skip_script_check`),
    ...[...config.applications].flatMap(([name, { unsafeSkipChecks }]) =>
      [...unsafeSkipChecks].map(
        ([code, reason]) => `applications.${name}.unsafe_skip_checks ${code} (${JSON.stringify(reason)})`,
      ),
    ),
  ];
}
