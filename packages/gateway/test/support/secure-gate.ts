/** A gate that speaks TLS, with certificates made for the test. */
import { onTestFinished } from 'vitest';
import type { ListenerConfig } from '../../src/config/config.ts';
import type { Gateway } from '../../src/index.ts';
import { createGateway } from '../../src/index.ts';
import { makeCertificate } from './certificate.ts';
import { type GateOptions, gateOn, type RunningGate, testConfig, testFolder } from './gate.ts';

export interface SecureGate extends RunningGate {
  readonly gateway: Gateway;
  /** How its listener is configured, for reloads. */
  readonly listener: ListenerConfig;
}

/** `listener` is added to a plain TLS listener for `gate.test`. */
export async function startSecureGate(
  upstreamPort: number,
  options: GateOptions & {
    readonly listener?: Partial<ListenerConfig>;
    readonly tls?: Partial<ListenerConfig['tls'] & object>;
  } = {},
): Promise<SecureGate> {
  const folder = testFolder();
  const { cert, key } = makeCertificate(folder, 'gate.test');
  const listener: ListenerConfig = {
    address: '127.0.0.1',
    port: 0,
    tls: { certificate: cert, key, minVersion: 'TLSv1.2', ...options.tls },
    ...options.listener,
  };
  const gateway = await createGateway({ ...testConfig(folder, upstreamPort, options), listeners: [listener] });
  // A test may have closed it itself.
  onTestFinished(() => gateway.close(0).catch(() => {}));
  const [address] = await gateway.listen();
  return { ...gateOn(gateway, address?.port ?? 0, folder), listener };
}
