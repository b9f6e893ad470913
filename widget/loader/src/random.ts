/** `bytes` random bytes as hex. `getRandomValues` works on plain http too, where `randomUUID` does not. */
export function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  let hex = '';
  for (let index = 0; index < bytes; index++) hex += ((random[index] as number) + 256).toString(16).slice(1);
  return hex;
}
