/**
 * A vector of length 1 from a list of numbers, or from its JSON text as in a CSV cell.
 *
 * @returns undefined if it is not a list of numbers, is empty or is zero
 */
export function unitVector(value: unknown): Float32Array | undefined {
  const list = typeof value === "string" ? listOf(value) : value;
  if (!Array.isArray(list) || list.length === 0 || !list.every(Number.isFinite)) return undefined;
  const length = Math.sqrt((list as number[]).reduce((sum, value) => sum + value * value, 0));
  return length === 0 || !Number.isFinite(length)
    ? undefined
    : Float32Array.from(list as number[], (value) => value / length);
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
