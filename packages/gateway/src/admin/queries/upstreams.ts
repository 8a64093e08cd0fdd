import type { AddressState } from '../../config/sections/upstream/url.ts';
import type { Query } from '../query.ts';

export const ADDRESS_STATES: readonly AddressState[] = ['up', 'drain', 'down'];

/** Upstreams and how their addresses are, as this process sees them. */
export const upstreams: Query = {
  name: 'upstreams',
  answer: (gateway) =>
    [...gateway.config.upstreams.keys()].map((name) => ({
      name,
      addresses: gateway.upstream(name)?.addresses ?? [],
    })),
};

export interface AddressOrder {
  readonly upstream: string;
  readonly url: string;
  readonly state: AddressState;
}

/** Puts an address in or out of service. */
export const setAddressState: Query = {
  name: 'set-address-state',
  answer(gateway, parameters) {
    // Made by the endpoint, in this program.
    const { upstream: name, url, state } = parameters as AddressOrder;
    const upstream = gateway.upstream(name);
    if (upstream === undefined) throw new Error(`there is no upstream ${name}`);
    if (upstream.setState(url, state)) return { isDone: true };
    throw new Error(`${name} has no address ${url}; there is ${upstream.addresses.map((one) => one.url).join(', ')}`);
  },
};
