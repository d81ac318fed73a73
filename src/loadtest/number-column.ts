/** Numbers in order of arrival: eight bytes each, or four if `Float32Array` is sufficient. */
export type NumberColumn = {
  push: (value: number) => void;
  at: (index: number) => number;
  size: () => number;
};

/** A column that grows by doubling. */
export function numberColumn(kind: Float64ArrayConstructor | Float32ArrayConstructor = Float64Array): NumberColumn {
  let values: Float64Array | Float32Array = new kind(64);
  let size = 0;
  return {
    push: (value) => {
      if (size === values.length) {
        const larger = new kind(2 * size);
        larger.set(values);
        values = larger;
      }
      values[size] = value;
      size += 1;
    },
    at: (index) => values[index]!,
    size: () => size,
  };
}
