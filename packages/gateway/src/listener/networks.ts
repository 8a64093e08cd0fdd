import { BlockList, isIP } from 'node:net';

export interface Network {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** `10.0.0.0/8`, `::1` …; undefined when it is neither an address nor a network. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = isIP(address);
  if (version === 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  const written = slash < 0 ? String(longest) : text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(written) ? Number(written) : Number.NaN;
  // Clients by IPv4 are known by that address alone (`plainAddress`).
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined && prefix >= 96 && prefix <= 128)
    return { address: mapped, family: 'ipv4', prefix: prefix - 96 };
  return prefix <= longest ? { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix } : undefined;
}

/** Addresses whose answer is remembered: a client asks many times, and a look into the list takes microseconds. */
const MAX_ANSWERS = 1000;

/** Addresses that may speak for others. */
export interface Networks {
  contains(address: string): boolean;
}

/** Texts that are not networks have been refused with the configuration; here they are passed over. */
export function networksOf(texts: readonly string[]): Networks {
  if (texts.length === 0) return { contains: () => false };
  // In one list `::/0` would hold every address of IPv4 as well.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network !== undefined) lists[network.family].addSubnet(network.address, network.prefix, network.family);
  }
  const answers = new Map<string, boolean>();
  return {
    contains(address) {
      const known = answers.get(address);
      if (known !== undefined) return known;
      const version = isIP(address);
      const family = version === 4 ? 'ipv4' : 'ipv6';
      const isContained = version !== 0 && lists[family].check(address, family);
      // Clients decide how many addresses there are.
      if (answers.size >= MAX_ANSWERS) answers.clear();
      answers.set(address, isContained);
      return isContained;
    },
  };
}

/** An IPv4 client on a dual-stack socket appears as `::ffff:192.0.2.1`; rules and logs want the IPv4 form. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
