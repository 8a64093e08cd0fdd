import { createWaf, type Waf } from '../../src/index.ts';
import { defineOperator } from '../../src/plugin/index.ts';

/** A word that fails while it runs, as a broken plugin or store would. */
const explode = defineOperator({
  name: 'explode',
  summary: 'Fails.',
  argument: 'none',
  examples: [],
  compile: () => ({
    test() {
      throw new Error('operator went wrong');
    },
    describe: () => '',
  }),
});

/** A word that has to wait before it says no. */
const later = defineOperator({
  name: 'later',
  summary: 'Contains the argument, found out later.',
  examples: [],
  compile: (argument) => ({
    test: () => false,
    testLater: async (value) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return value.includes(argument.source);
    },
    describe: (_value, name) => `Found at ${name}.`,
  }),
});

const RULES = `
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 1000000
SecRequestBodyNoFilesLimit 1000000
SecResponseBodyAccess On
SecResponseBodyMimeTypesClear
SecResponseBodyMimeType text/plain
SecResponseBodyLimit 1000000
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:X-Attack "@contains head" "id:10,phase:1,deny,status:403"
SecRule REQUEST_HEADERS:X-Attack "@contains redirect" "id:11,phase:1,redirect:'https://example.test/why?%{request_headers.x-attack}'"
SecRule REQUEST_HEADERS:X-Attack "@contains drop" "id:12,phase:1,drop"
SecRule REQUEST_HEADERS:X-Attack "@contains proxy" "id:13,phase:1,proxy:'http://example.test/'"
SecRule REQUEST_HEADERS:X-Explode "@contains request" "id:14,phase:2,deny,chain"
  SecRule REQUEST_HEADERS:X-Explode "@explode"
SecRule REQUEST_HEADERS:X-Note "@contains note" "id:15,phase:1,pass,log,msg:'noted'"
SecRule ARGS|ARGS_NAMES|FILES "@contains <script" "id:20,phase:2,deny,status:403"
SecRule REMOTE_ADDR "@streq 203.0.113.9" "id:21,phase:2,deny,status:401"
SecRule RESPONSE_HEADERS:X-Leak "@contains inside" "id:30,phase:3,deny,status:502"
SecRule REQUEST_HEADERS:X-Explode "@contains response" "id:31,phase:4,deny,chain"
  SecRule REQUEST_HEADERS:X-Explode "@explode"
SecRule RESPONSE_BODY "@contains password=" "id:40,phase:4,deny,status:502"
`;

/** Rules that say no to recognizable things in each phase; `more` comes after them and may change settings. */
export function testWaf(more = ''): Waf {
  return createWaf({
    rules: [{ file: 'test.conf', text: RULES + more }],
    plugins: [{ name: 'test', operators: [explode, later] }],
  });
}

/** Rules that change what passes instead of refusing it. */
export const REWRITING = `
SecContentInjection On
SecStreamInBodyInspection On
SecStreamOutBodyInspection On
SecRule STREAM_INPUT_BODY "@rsub s/secret/public information/" "id:80,phase:2,pass,nolog"
SecAction "id:81,phase:3,pass,nolog,prepend:'[[',append:']]'"
SecRule STREAM_OUTPUT_BODY "@rsub s/hello/good bye/" "id:82,phase:4,pass,nolog"
SecRule STREAM_OUTPUT_BODY "@rsub s/^0 0 /zero /" "id:83,phase:4,pass,nolog"
`;

/** The same verdicts, but rules of phases 1, 3 and 4 wait before they come to one. */
export const WAITING = `
SecRule REQUEST_HEADERS:X-Attack "@later slow" "id:50,phase:1,deny,status:403"
SecRule RESPONSE_STATUS "@later 299" "id:51,phase:3,deny,status:502"
SecRule RESPONSE_STATUS "@later 299" "id:52,phase:4,deny,status:502"
`;
