/**
 * The rounds of MD5-crypt, which SHA-crypt took over as they are: each hashes the digest with the password, and with the salt except
 * in every third, and with the password again except in every seventh. `digestOf` hashes parts put together.
 */
export function cryptRounds(
  start: Buffer,
  password: Buffer,
  salt: Buffer,
  rounds: number,
  digestOf: (...parts: readonly Buffer[]) => Buffer,
): Buffer {
  let digest = start;
  for (let round = 0; round < rounds; round++) {
    const isOdd = (round & 1) === 1;
    const mixed = [isOdd ? password : digest];
    if (round % 3 !== 0) mixed.push(salt);
    if (round % 7 !== 0) mixed.push(password);
    mixed.push(isOdd ? digest : password);
    digest = digestOf(...mixed);
  }
  return digest;
}
