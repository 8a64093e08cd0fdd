import { createServer } from 'node:net';
import type { ListenerConfig } from '../config/config.ts';
import type { Examination, Finding } from './examination.ts';

export const ports: Examination = {
  name: 'ports',
  async examine(config) {
    return Promise.all((config?.listeners ?? []).map(tryPort));
  },
};

function tryPort({ address, port }: ListenerConfig): Promise<Finding> {
  const place = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(refused(place, code)));
    server.listen({ host: address, port, exclusive: true }, () => {
      server.close(() => resolve({ severity: 'fine', what: `${place} can be had` }));
    });
  });
}

function refused(place: string, code: string | undefined): Finding {
  switch (code) {
    case 'EADDRINUSE':
      return {
        severity: 'weak',
        what: `${place} is in use`,
        hint: 'by this gate, if it runs; else by another program',
      };
    case 'EACCES':
      return {
        severity: 'wrong',
        what: `${place} may not be bound by this user`,
        hint: 'start as root with workers.user, give Node cap_net_bind_service, or let systemd bind it',
      };
    case 'EADDRNOTAVAIL':
      return { severity: 'wrong', what: `this machine does not have the address of ${place}` };
    default:
      return { severity: 'wrong', what: `${place} cannot be bound: ${code}` };
  }
}
