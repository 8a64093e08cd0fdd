import { parseNetwork } from './networks.ts';

/** `10.1`, `10.1.0.0/255.255.0.0`, `10.1.0.0/16` or an address of IPv6 as the gate writes networks; undefined for anything else. */
export function networkOf(written: string): string | undefined {
  const parts = /^(\d{1,3}(?:\.\d{1,3}){0,3})\.?$/.exec(written)?.[1]?.split('.');
  if (parts !== undefined) {
    const whole = [...parts, '0', '0', '0'].slice(0, 4).join('.');
    const network = parts.length === 4 ? whole : `${whole}/${parts.length * 8}`;
    return parseNetwork(network) === undefined ? undefined : network;
  }
  const [address = '', mask = ''] = written.split('/');
  const bits = prefixOf(mask);
  const network = bits === undefined ? written : `${address}/${bits}`;
  return parseNetwork(network) === undefined ? undefined : network;
}

/** Length of a mask such as `255.255.0.0`. */
function prefixOf(mask: string): number | undefined {
  const parts = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(mask) ? mask.split('.').map(Number) : [];
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.lastIndexOf('1') + 1 : undefined;
}
