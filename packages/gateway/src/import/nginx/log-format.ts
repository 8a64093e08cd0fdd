/** A `log_format` of nginx as a LogFormat of Apache, which the gate writes. */

const WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  remote_addr: '%a',
  remote_port: '%{remote}p',
  remote_user: '%u',
  time_local: '%{%d/%b/%Y:%H:%M:%S %z}t',
  time_iso8601: '%{%Y-%m-%dT%H:%M:%S%z}t',
  msec: '%{sec}t.%{msec_frac}t',
  request: '%r',
  request_method: '%m',
  request_uri: '%U%q',
  uri: '%U',
  args: '%q',
  query_string: '%q',
  server_protocol: '%H',
  status: '%>s',
  body_bytes_sent: '%B',
  bytes_sent: '%O',
  request_length: '%I',
  request_time: '%T',
  host: '%V',
  http_host: '%{Host}i',
  server_name: '%v',
  server_port: '%p',
  pid: '%P',
  request_id: '%L',
  ssl_protocol: '%{SSL_PROTOCOL}x',
  ssl_cipher: '%{SSL_CIPHER}x',
  ssl_server_name: '%{SSL_TLS_SNI}x',
  ssl_client_verify: '%{SSL_CLIENT_VERIFY}x',
  ssl_client_s_dn: '%{SSL_CLIENT_S_DN}x',
  ssl_client_i_dn: '%{SSL_CLIENT_I_DN}x',
  ssl_client_serial: '%{SSL_CLIENT_M_SERIAL}x',
};

/** Undefined where it has a variable that no LogFormat has. */
export function logFormatOf(text: string): string | undefined {
  let isKnown = true;
  const format = text.replaceAll('%', '%%').replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const header = /^(sent_)?http_(\w+)$/.exec(name);
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (word !== undefined) return word;
    if (header !== null)
      return `%{${(header[2] as string).replaceAll('_', '-')}}${header[1] === undefined ? 'i' : 'o'}`;
    isKnown = false;
    return '';
  });
  return isKnown ? format : undefined;
}
