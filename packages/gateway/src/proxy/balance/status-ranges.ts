/** Which statuses a list such as `200, 300-399` names; reading it is for load time. */
export function statusSet(ranges: readonly string[]): ReadonlySet<number> {
  const statuses = new Set<number>();
  for (const range of ranges) {
    const [first = '', last = first] = range.split('-');
    for (let status = Number(first); status <= Number(last); status++) statuses.add(status);
  }
  return statuses;
}
