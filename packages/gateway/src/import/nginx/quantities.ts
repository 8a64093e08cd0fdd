/** Times and sizes as nginx writes them. */

const UNITS: Readonly<Record<string, number>> = {
  __proto__: null as never,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `1m30s`, `500ms`, `60`; as `sallyport.yaml` takes it. Undefined when it is no time. */
export function timeOf(written: string | undefined): string | undefined {
  const parts = [...(written ?? '').matchAll(/(\d+)(ms|[smhdw])?\s*/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== written) return undefined;
  const time = parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
  if (time > 0 && time % 1000 === 0) return `${time / 1000} s`;
  return `${time} ms`;
}

/** `8k`, `10m`, `1g` in bytes. */
export function sizeOf(written: string | undefined): number | undefined {
  const parts = /^(\d+)([kmg]?)$/i.exec(written ?? '');
  if (parts === null) return undefined;
  const power = ['', 'k', 'm', 'g'].indexOf((parts[2] ?? '').toLowerCase());
  return Number(parts[1]) * 1024 ** power;
}
