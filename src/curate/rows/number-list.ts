/** A growing list of 32-bit unsigned numbers: 4 to 8 bytes per number. */
export type NumberList = { append: (values: Uint32Array) => void; values: () => Uint32Array };

/** An empty list. */
export function numberList(): NumberList {
  let held = new Uint32Array(1024);
  let length = 0;
  return {
    append: (values) => {
      if (length + values.length > held.length) {
        const wider = new Uint32Array(Math.max(2 * held.length, length + values.length));
        wider.set(held.subarray(0, length));
        held = wider;
      }
      held.set(values, length);
      length += values.length;
    },
    values: () => held.subarray(0, length),
  };
}
