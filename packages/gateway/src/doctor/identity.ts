import { Launcher } from '../process/launch.ts';
import type { Examination, Finding } from './examination.ts';

export const identity: Examination = {
  name: 'user',
  examine(config) {
    const user = process.getuid?.();
    if (user === undefined) return [];
    if (config === undefined) return [{ severity: 'fine', what: `this is user ${user}` }];
    const { workers } = config;
    if (user === 0 && workers.user === undefined) {
      const hint = 'set workers.user, or start as another user';
      return [{ severity: 'weak', what: 'the workers would run as root', hint }];
    }
    return [asWhom(config.workers, user)];
  },
};

function asWhom(workers: ConstructorParameters<typeof Launcher>[0], user: number): Finding {
  try {
    const { account, isConfined } = new Launcher(workers);
    const rights = isConfined ? 'and can gain no privileges' : 'and are not confined';
    return { severity: 'fine', what: `workers run as user ${account?.uid ?? user} ${rights}` };
  } catch (cause) {
    return { severity: 'wrong', what: (cause as Error).message };
  }
}
