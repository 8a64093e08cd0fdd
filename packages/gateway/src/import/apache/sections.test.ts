import { describe, it } from 'vitest';
import { expectLeftOut } from '../../../test/support/apache-php-site.ts';

describe('sections', () => {
  it.each<[text: string, line: string, reason: string]>([
    ['<Location /a/../b>\nRequire all denied\n</Location>', '<Location', 'WARNING: what it guards'],
    ['<LimitExcept GET>\nRequire all denied\n</LimitExcept>', '<LimitExcept', 'WARNING: what it guards'],
    ['<If "true">\n<Limit PUT>\nRequire all denied\n</Limit>\n</If>', '<If', 'WARNING: what it guards'],
    ['<DirectoryMatch x>\nRequire all denied\n</DirectoryMatch>', '<DirectoryMatch', 'WARNING: what it guards'],
  ])('is not without a word: %s', expectLeftOut);
});
