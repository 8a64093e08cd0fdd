/** Why directives are not carried over, where a reason can be given for a whole family of them. */
const REASONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [
    /^(Alias|AliasMatch|ScriptAlias|ScriptAliasMatch|DirectorySlash|UserDir|AccessFileName|Options|Index\w*|AddIcon\w*|AddDescription|DefaultIcon|HeaderName|ReadmeName|Add(Type|Encoding|Language|Charset|OutputFilter\w*|DefaultCharset)|Remove\w+|TypesConfig|MimeMagicFile|LanguagePriority|ForceLanguagePriority|FileETag|EnableSendfile|EnableMMAP|SetOutputFilter|SetInputFilter|Action|MultiviewsMatch|DefaultType|ForceType|ContentDigest|CacheNegotiatedDocs)$/i,
    'how files are served is not chosen here; see fastcgi.serve_files',
  ],
  [
    /^(StartServers|MinSpare\w+|MaxSpare\w+|ThreadLimit|ThreadsPerChild|ThreadStackSize|MaxRequestWorkers|MaxClients|ServerLimit|AsyncRequestWorkerFactor|MaxMemFree)$/i,
    'processes are set up in workers; one worker serves thousands of connections',
  ],
  [
    /^(PidFile|ServerRoot|DefaultRuntimeDir|Mutex|ScoreBoardFile|CoreDumpDirectory|ListenBacklog|AcceptFilter|LockFile|GracefulShutdownTimeout|ExtendedStatus|ProxyStatus|SeeRequestTail|UseCanonicalName|UseCanonicalPhysicalPort|ServerPath|ServerAdmin|NameVirtualHost|EnableExceptionHook|SendBufferSize|ReceiveBufferSize)$/i,
    'it is about the process or the pages of Apache',
  ],
  [
    /^(SetEnv|SetEnvIf|SetEnvIfNoCase|BrowserMatch|BrowserMatchNoCase|PassEnv|UnsetEnv)$/i,
    'there are no environment variables of a request',
  ],
  [
    /^(Deflate|Brotli|Filter|SSIUndefinedEcho|Substitute|Proxy(HTML|BlockHTML)|InflateFilter|AddOutputFilter)/i,
    'bodies pass as they are',
  ],
  [
    /^(Auth|Session|DBD|LDAP|OIDC|Shib|Mellon|Htpasswd)/i,
    'users are not identified this way; see auth in the reference',
  ],
  [/^Cache/i, 'nothing is cached'],
  [/^QS_/i, 'this part of mod_qos has no counterpart'],
  [/^(LimitRequestFieldSize)$/i, 'limits.header_size is for all headers together'],
  [/^(LimitXMLRequestBody|LimitInternalRecursion)$/i, 'there is nothing it would limit'],
  [/^(ErrorLogFormat|LogIOTrackTTFB|LogMessage|CookieTracking|CookieName)$/i, 'the error log has the format of Apache'],
  [/^(GlobalLog|ForensicLog|ScriptLog\w*)$/i, 'there is no such log'],
  [/^(ErrorDocument)$/i, 'the gate has its own pages'],
  [
    /^(Protocols|ProtocolsHonorOrder|H2\w+|HttpProtocolOptions|RegisterHttpMethod|MergeSlashes|AllowEncodedSlashes|MergeTrailers|StrictHostCheck)$/i,
    'how HTTP is read is decided in http; it is strict by default',
  ],
  [/^SSL/i, 'TLS has the defaults of today: 1.2 and later, no weak suites'],
  [/^FcgidCmdOptions$/i, 'applications.NAME has them all'],
  [/^Fcgid/i, 'the gate starts programs as applications; it has no such limit'],
  [/^(ProxyFCGI\w*)$/i, 'parameters of FastCGI are fixed texts: fastcgi.parameters'],
  [/^(Proxy|Balancer|SCGI)/i, 'the gate has nothing like it'],
  [/^RemoteIP/i, 'see trusted_proxies in the reference'],
  [/^Rewrite/i, 'of mod_rewrite only rules and conditions are carried over'],
  [/^(Use|UndefMacro)$/i, 'macros are not expanded; import what httpd -DDUMP_CONFIG prints'],
];

const SECTIONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^(Directory|DirectoryMatch|Files|FilesMatch)$/i, 'of folders those without wildcards are carried over'],
  [/^(ProxyMatch)$/i, 'options of single backends stand in upstreams'],
  [/^(Limit|LimitExcept)$/i, 'what holds for some methods only is not carried over; see http.refused_methods'],
  [/^(If|ElseIf|Else)$/i, 'expressions are not carried over'],
  [/^(Macro)$/i, 'macros are not expanded; import what httpd -DDUMP_CONFIG prints'],
];

export function reasonFor(name: string): string {
  return REASONS.find(([names]) => names.test(name))?.[1] ?? 'the gate has nothing like it';
}

export function sectionReason(name: string): string {
  return SECTIONS.find(([names]) => names.test(name))?.[1] ?? 'the gate has nothing like it';
}
