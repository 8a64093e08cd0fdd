/** Why directives are not carried over, where a reason can be given for a whole family of them. */
const REASONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [
    /^(autoindex\w*|sendfile\w*|tcp_nopush|tcp_nodelay|aio\w*|directio\w*|open_file_cache\w*|types|types_hash_\w+|default_type|charset\w*|disable_symlinks|etag|if_modified_since|log_not_found|output_buffers|postpone_output|read_ahead|max_ranges|source_charset|override_charset|random_index|slice|empty_gif)$/,
    'how files are served is not chosen here; see fastcgi.serve_files',
  ],
  [/^(uwsgi|scgi|grpc|memcached)_/, 'only HTTP and FastCGI are spoken to applications'],
  [/^fastcgi_(cache|no_cache)/, 'nothing is cached'],
  [/^fastcgi_keep_conn$/, 'connections are kept where fastcgi.processes says how many processes there are'],
  [/^fastcgi_(next_upstream\w*)$/, 'upstreams.retry says what is tried again'],
  [/^fastcgi_send_timeout$/, 'how long an application may leave a request unread is part of response_timeout'],
  [/^fastcgi_hide_header$/, 'see response_headers.remove'],
  [
    /^fastcgi_(buffer\w*|busy_buffers_size|max_temp_file_size|temp_\w+|request_buffering|socket_keepalive|force_ranges|limit_rate|send_lowat|pass_request_\w+|pass_header|ignore_client_abort|ignore_headers|intercept_errors|bind|store\w*|catch_stderr)$/,
    'not needed: answers stream with back-pressure, error output is in the error log',
  ],
  [/^fastcgi_/, 'the gate has nothing like it'],
  [
    /^(worker_\w+|events|use|multi_accept|accept_mutex\w*|daemon|master_process|pid|lock_file|user|pcre_jit|thread_pool|timer_resolution|load_module|env|debug_\w+|ssl_engine|server_names_hash_\w+|variables_hash_\w+|map_hash_\w+|resolver\w*|reset_timedout_connection|lingering_\w+|send_lowat|connection_pool_size|request_pool_size|working_directory)$/,
    'it is about the processes of nginx; see workers in the reference',
  ],
  [/^(gzip|brotli|gunzip|sub_filter|ssi|addition|image_filter|xslt)/, 'bodies pass as they are'],
  [
    /^proxy_(buffer\w*|busy_buffers_size|max_temp_file_size|temp_\w+|request_buffering|http_version|socket_keepalive|headers_hash_\w+|force_ranges|limit_rate|send_lowat|pass_request_\w+|method|ignore_client_abort|ignore_headers|intercept_errors|bind|store\w*|pass_header|cookie_flags)$/,
    'not needed: answers stream with back-pressure, in HTTP/1.1 over kept connections',
  ],
  [/^proxy_send_timeout$/, 'how long an application may leave a request unread is part of response_timeout'],
  [/^proxy_(cache|no_cache)/, 'nothing is cached'],
  [/^proxy_ssl_(verify|verify_depth)$/, 'certificates of https:// upstreams are always verified'],
  [/^proxy_ssl_/, 'TLS to upstreams has the defaults of today'],
  [/^proxy_/, 'the gate has nothing like it'],
  [/^limit_(req|conn|rate)_/, 'what is over a limit waits and gets 503 then, and the error log says so'],
  [/^ssl_/, 'TLS has the defaults of today: 1.2 and later, no weak suites'],
  [/^(http2\w*|http3\w*|quic_\w+)$/, 'HTTP versions are not chosen here'],
  [
    /^(map|geo|split_clients|set|if|break|perl\w*|js_\w+|set_real_ip_from|real_ip_\w+)$/,
    'variables and conditions are not carried over',
  ],
  [/^(open_log_file_cache|log_subrequest)$/, 'there is nothing like it for the logs of the gate'],
  [/^error_page$/, 'the gate has its own pages'],
  [
    /^(merge_slashes|underscores_in_headers|ignore_invalid_headers|absolute_redirect|server_name_in_redirect|port_in_redirect|msie_\w+|recursive_error_pages|auth_\w+|client_body_\w+|client_header_buffer_size|chunked_transfer_encoding)$/,
    'how HTTP is read is decided in http; it is strict by default',
  ],
  [/^(stub_status|status|api)$/, 'the gate has its own status'],
  [/^(mail|stream)$/, 'only HTTP is passed on'],
];

export function nginxReason(name: string): string {
  return REASONS.find(([names]) => names.test(name))?.[1] ?? 'the gate has nothing like it';
}
