import { describe, it } from 'vitest';
import { expectLeftOut } from '../../../test/support/apache-php-site.ts';

describe('directives about files', () => {
  it.each<[text: string, line: string, reason: string]>([
    [
      '<Directory ROOT>\nRewriteRule ^x$ - [F]\n</Directory>',
      'RewriteRule',
      'WARNING: what it refuses is not refused here',
    ],
    ['SetHandler server-info', 'SetHandler', 'only proxy:…|fcgi://… is carried over'],
  ])('is not without a word: %s', expectLeftOut);
});
