import type { Site } from '../../deployments/site.ts';
import type { Query } from '../query.ts';

/** Puts the sites that are live now in force. */
export const deployments: Query = {
  name: 'deployments',
  async answer(gateway, parameters) {
    // Made by the supervisor, in this program.
    const { sites } = parameters as { readonly sites: readonly Site[] };
    gateway.deploy(sites);
    return { isDone: true };
  },
};
