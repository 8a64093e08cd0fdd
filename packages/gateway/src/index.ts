/** The gateway as a library: `createGateway(config)` and the configuration it takes. */
export type * from './config/config.ts';
export {
  ConfigError,
  type ConfigMistake,
  type ConfigResult,
  formatMistake,
  loadConfig,
  parseConfig,
} from './config/load.ts';
export { ERRORS, type ErrorKind, type ErrorSource, GateError } from './errors.ts';
export { createGateway, type Gateway } from './gateway.ts';
export type { AddressStatus, Upstream } from './proxy/upstream.ts';
