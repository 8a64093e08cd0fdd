/**
 * Who counts as one client: an IPv4 address, or the /64 an IPv6 address is in, since that is the least a subscriber gets
 * (RFC 6177) and every address in it is theirs to use. `192.0.2.1`, `2001:db8:0:1::/64`.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const zone = address.indexOf('%');
  const plain = zone < 0 ? address : address.slice(0, zone);
  const gap = plain.indexOf('::');
  const head = gap < 0 ? plain.split(':') : gap === 0 ? [] : plain.slice(0, gap).split(':');
  const tail = gap < 0 || gap + 2 === plain.length ? [] : plain.slice(gap + 2).split(':');
  // An IPv4 address at the end stands for two groups.
  const tailLength = tail.length + (tail.at(-1)?.includes('.') ? 1 : 0);
  const groups: string[] = [];
  for (let at = 0; at < 4; at++) {
    const group = at < head.length ? head[at] : at < 8 - tailLength ? '0' : tail[at - (8 - tailLength)];
    groups.push(Number.parseInt(group ?? '0', 16).toString(16));
  }
  return `${groups.join(':')}::/64`;
}
