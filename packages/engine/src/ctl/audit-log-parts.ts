import { promptly } from '../registry/action.ts';
import { type CtlOption, defineCtl } from '../registry/ctl.ts';

export const auditLogParts: CtlOption = defineCtl({
  name: 'auditLogParts',
  summary: 'Letters replace the parts of the audit record; +X adds parts, -X leaves them out.',
  values: '[+-]letters A-K, Z',
  compile: (value) => {
    const found = /^([+-]?)([A-KZ]+)$/i.exec(value);
    if (found === null)
      throw new Error(`"${value}" does not name audit log parts (letters A-K and Z, + or - in front)`);
    const letters = (found[2] ?? '').toUpperCase();
    switch (found[1]) {
      case '+':
        return promptly((tx) => {
          const missing = [...letters].filter((letter) => !tx.settings.auditParts.includes(letter));
          tx.settings.auditParts += missing.join('');
        });
      case '-':
        return promptly((tx) => {
          tx.settings.auditParts = [...tx.settings.auditParts].filter((letter) => !letters.includes(letter)).join('');
        });
      default:
        return promptly((tx) => {
          tx.settings.auditParts = letters;
        });
    }
  },
});
