import type { ConnectionInfo } from '../../src/contract.ts';

/** An exchange of which nobody asks who takes part in it. */
export const connection: ConnectionInfo = {
  id: 'test',
  clientAddress: '192.0.2.1',
  clientPort: 40_000,
  serverAddress: '192.0.2.2',
  serverPort: 80,
};
