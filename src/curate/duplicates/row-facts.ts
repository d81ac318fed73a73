/** Kind of a row. A number without a row belongs to a blank line, or to a row of an index. */
export const [NO_ROW, WITH_WORDS, WITHOUT_WORDS, UNREADABLE] = [0, 1, 2, 3] as const;

/** Data of rows other than their words: one byte each, and 8 more if they have a value. */
export type RowFacts = {
  setKind: (row: number, kind: number) => void;
  /** Value used by the keeper policy. */
  setValue: (row: number, value: number) => void;
  /** Kinds of a range of rows, from 0; the end is exclusive. */
  kinds: (rows: number) => Uint8Array;
  /** Values of a range of rows; the end is exclusive. NaN for rows without a value. */
  values: (from: number, to: number) => Float64Array;
};

/** An empty list. */
export function rowFacts(): RowFacts {
  let kinds = new Uint8Array(4096);
  let values = new Float64Array(0);
  return {
    setKind: (row, kind) => {
      if (row >= kinds.length) {
        const wider = new Uint8Array(2 * row);
        wider.set(kinds);
        kinds = wider;
      }
      kinds[row] = kind;
    },
    setValue: (row, value) => {
      if (row >= values.length) {
        const wider = new Float64Array(2 * row + 4096).fill(Number.NaN, values.length);
        wider.set(values);
        values = wider;
      }
      values[row] = value;
    },
    kinds: (rows) => {
      const all = new Uint8Array(rows);
      all.set(kinds.subarray(0, rows));
      return all;
    },
    values: (from, to) => {
      const all = new Float64Array(to - from).fill(Number.NaN);
      all.set(values.subarray(from, to));
      return all;
    },
  };
}
