/**
 * Keeps what was computed last, by key, so that the same question is answered once. The answer that was asked for longest
 * ago is dropped when all of them together weigh more than `most`. Answers are shared: nobody may change them.
 *
 * @param weightOf  weight of one answer; default: 1, so that `most` is a number of answers
 * @returns the kept answer of a key, or what `compute` gives
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
      kept.delete(key); // a map lists its keys in the order in which they were set
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
