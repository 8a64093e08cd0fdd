import { userInfo } from 'node:os';

/** Who gives an order, for the records: with the name before `sudo`, where there was one. */
export function whoAmI(): string {
  const { username } = userInfo();
  const before = process.env['SUDO_USER'];
  return before === undefined ? username : `${username} (${before})`;
}
