/** True if a double can represent the JSON number: no digit of an integer is lost, and a fraction stays finite. */
export function fitsDouble(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d{16,400}$/.test(number) || BigInt(number) === BigInt(value);
}

/** True for an object with named values: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
