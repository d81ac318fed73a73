/**
 * A cache of recent results by key. The least recently used one is removed when their total weight exceeds `most`.
 * Results are shared, so callers must not modify them.
 *
 * @param weightOf  weight of one result; default: 1, so that `most` is a number of results
 * @returns the cached result of a key, or the result of `compute`
 */
export function recent<Value>(
  most: number,
  weightOf: (value: Value) => number = () => 1,
): (key: string, compute: () => Value) => Value {
  const kept = new Map<string, Value>();
  let weight = 0;
  return (key, compute) => {
    const found = kept.get(key);
    if (found !== undefined) {
      kept.delete(key); // a map lists its keys in insertion order
      kept.set(key, found);
      return found;
    }
    const value = compute();
    kept.set(key, value);
    weight += weightOf(value);
    for (const [oldest, dropped] of kept) {
      if (weight <= most || oldest === key) break;
      kept.delete(oldest);
      weight -= weightOf(dropped);
    }
    return value;
  };
}
