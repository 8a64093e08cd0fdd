/** Formats with a name. The first five are Apache's; `blackbox` records what it takes to follow a request through a server under attack. */
export const NICKNAMES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  common: '%h %l %u %t "%r" %>s %b',
  combined: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  vhost_combined: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
  referer: '%{Referer}i -> %U',
  agent: '%{User-agent}i',
  blackbox: '%a/%S %X %t "%r" %s/%>s %{pid}P/%{tid}P %T/%D %I/%O/%B',
};
