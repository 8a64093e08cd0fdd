import { describe, expect, it } from 'vitest';
import { brief, load, translate } from '../../test/support/modsec1.ts';

/** A location that has kept its name. */
function same(name: string): [string, string] {
  return [name, name];
}

describe('locations', () => {
  it.each([
    ['THE_REQUEST', 'REQUEST_LINE'],
    ['REQUEST_URI', 'REQUEST_URI'],
    ...['QUERY_STRING', 'REQUEST_METHOD', 'REMOTE_ADDR', 'REMOTE_HOST', 'REMOTE_USER', 'REMOTE_PORT'].map(same),
    ...['REQUEST_FILENAME', 'REQUEST_BASENAME', 'SCRIPT_FILENAME', 'SCRIPT_BASENAME', 'SCRIPT_UID'].map(same),
    ...['SCRIPT_GID', 'SCRIPT_USERNAME', 'SCRIPT_GROUPNAME', 'SCRIPT_MODE', 'PATH_INFO', 'AUTH_TYPE'].map(same),
    ...['SERVER_NAME', 'SERVER_ADDR', 'SERVER_PORT', 'TIME', 'TIME_DAY', 'TIME_EPOCH', 'TIME_HOUR'].map(same),
    ...['TIME_MIN', 'TIME_MON', 'TIME_SEC', 'TIME_WDAY', 'TIME_YEAR'].map(same),
    ...['DOCUMENT_ROOT', 'SERVER_ADMIN', 'SERVER_SOFTWARE', 'API_VERSION', 'IS_SUBREQ', 'REMOTE_IDENT'].map(same),
    ['SERVER_PROTOCOL', 'REQUEST_PROTOCOL'],
    ['POST_PAYLOAD', 'REQUEST_BODY'],
    ['ARGS', 'ARGS'],
    ['ARG_name', 'ARGS:name'],
    ['ARGS_NAMES', 'ARGS_NAMES'],
    ['ARGS_VALUES', 'ARGS'],
    ['ARGS_COUNT', '&ARGS'],
    ['COOKIES_COUNT', '&REQUEST_COOKIES'],
    ['HEADERS_COUNT', '&REQUEST_HEADERS'],
    ['FILES_COUNT', '&FILES'],
    ['COOKIE_PHPSESSID', 'REQUEST_COOKIES:PHPSESSID'],
    ['COOKIES_NAMES', 'REQUEST_COOKIES_NAMES'],
    ['COOKIE_NAMES', 'REQUEST_COOKIES_NAMES'],
    ['COOKIES_VALUES', 'REQUEST_COOKIES'],
    ['COOKIE_VALUES', 'REQUEST_COOKIES'],
    ['HTTP_Content-Type', 'REQUEST_HEADERS:Content-Type'],
    ['HTTP_USER_AGENT', 'REQUEST_HEADERS:User-Agent'],
    ['HTTP_HOST', 'REQUEST_HEADERS:Host'],
    ['HEADER_Referer', 'REQUEST_HEADERS:Referer'],
    ['HEADERS', 'REQUEST_HEADERS'],
    ['HEADERS_NAMES', 'REQUEST_HEADERS_NAMES'],
    ['HEADERS_VALUES', 'REQUEST_HEADERS'],
    ['ENV_name', 'ENV:name'],
    ['FILES_NAMES', 'FILES'],
    ['FILES_SIZES', 'FILES_SIZES'],
    ['FILE_NAME_x', 'FILES:x'],
    ['FILE_SIZE_x', 'FILES_SIZES:x'],
    ['FILES_SIZE', 'FILES_COMBINED_SIZE'],
    ['the_request', 'REQUEST_LINE'],
    ['ARGS|!ARG_x|!ARG_y', 'ARGS|!ARGS:x|!ARGS:y'],
    ['HTTP_REFERER|COOKIE_id', 'REQUEST_HEADERS:Referer|REQUEST_COOKIES:id'],
  ])('%s', (old, today) => {
    expect(brief(translate(`SecFilterSelective ${old} x`).text)[0]).toMatch(
      `SecRule ${today} "@rx (?i)x" "id:00,phase:2,`,
    );
    expect(() => load(`SecFilterSelective ${old} x`)).not.toThrow();
  });

  it.each([
    ['OUTPUT', 'SecRule RESPONSE_BODY "@rx (?i)x" "id:00,phase:4,t:none"', 4],
    ['OUTPUT_STATUS', 'SecRule RESPONSE_STATUS "@rx (?i)x" "id:00,phase:3,t:none"', 3],
    ['OUTPUT|OUTPUT_STATUS', 'SecRule RESPONSE_BODY|RESPONSE_STATUS "@rx (?i)x" "id:00,phase:4,t:none"', 4],
  ])('%s belongs to the response', (old, today, phase) => {
    const { text } = translate(`SecFilterSelective ${old} x`);
    expect(brief(text)).toEqual([today]);
    expect(text).toContain(`SecDefaultAction "phase:${phase},log,auditlog,deny,status:403"`);
    expect(load(`SecFilterSelective ${old} x`)).toBe(1);
  });

  it('passes over the locations it does not know, and says so', () => {
    const { text, lines } = translate('SecFilterSelective "ARG_a|SOMEWHERE" x');
    expect(brief(text)[0]).toContain('SecRule ARGS:a "');
    expect(lines[0]?.notes).toContain('"SOMEWHERE" is not a location of ModSecurity 1.x, so it is not looked at');
  });

  it('leaves a filter out when none of its locations is known, and its chain with it', () => {
    const { lines, text } = translate('SecFilterSelective ARG_a x chain\nSecFilterSelective NOWHERE|!ARGS y');
    expect(lines.map(({ outcome, notes, isProtection }) => [outcome, notes, isProtection])).toEqual(
      [1, 2].map(() => ['left out', ['"NOWHERE" is not a location of ModSecurity 1.x (line 2 of this chain)'], true]),
    );
    expect(text).not.toContain('SecRule ');
  });
});
