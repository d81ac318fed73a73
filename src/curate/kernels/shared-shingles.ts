import { OF_ANSWER } from "./shingle-hashes.ts";

/** Shingles of one text, to count those that another text shares. */
export type SharedShingles = {
  /** Sets the text that others are compared with. */
  set: (text: Shingles) => void;
  /**
   * Exact number of shingles that both texts have; -1 as soon as it cannot reach `least`.
   *
   * @param least minimum relevant number of shared shingles
   */
  countShared: (other: Shingles, least: number) => number;
  /** Shingles of answers: in the text, in the other, in both. */
  countAnswers: (other: Shingles) => { own: number; others: number; shared: number };
};

/** Distinct shingles of one text, in arrays that may also contain those of others. */
export type Shingles = { low: Uint32Array; high: Uint32Array | Uint8Array; start: number; count: number };

/** A set of shingles by open addressing in one reused array; both halves of a hash must be equal. */
export function sharedShingles(): SharedShingles {
  let ownAnswers = -1;
  let slots = new Int32Array(1024);
  let mask = 0;
  let text: Shingles = { low: new Uint32Array(0), high: new Uint32Array(0), start: 0, count: 0 };
  const has = (low: number, high: number): boolean => {
    let slot = low & mask;
    for (let index = slots[slot]!; index !== 0; index = slots[slot]!) {
      const other = text.start + index - 1;
      if (text.low[other] === low && text.high[other] === high) return true;
      slot = (slot + 1) & mask;
    }
    return false;
  };
  return {
    set: (next) => {
      text = next;
      ownAnswers = -1;
      let size = 64;
      while (size < 2 * next.count) size *= 2;
      if (slots.length < size) slots = new Int32Array(size);
      else slots.fill(0, 0, size);
      mask = size - 1;
      const { low, start, count } = next;
      for (let index = 0; index < count; index++) {
        let slot = low[start + index]! & mask;
        while (slots[slot] !== 0) slot = (slot + 1) & mask;
        slots[slot] = index + 1;
      }
    },
    countShared: ({ low, high, start, count }, least) => {
      let missesLeft = count - least;
      let shared = 0;
      for (let index = start; index < start + count; index++) {
        if (has(low[index]!, high[index]!)) shared += 1;
        else if (--missesLeft < 0) return -1;
      }
      return shared;
    },
    countAnswers: ({ low, high, start, count }) => {
      if (ownAnswers === -1) ownAnswers = answersIn(text);
      let [others, shared] = [0, 0];
      for (let index = start; index < start + count; index++) {
        if ((high[index]! & OF_ANSWER) === 0) continue;
        others += 1;
        if (has(low[index]!, high[index]!)) shared += 1;
      }
      return { own: ownAnswers, others, shared };
    },
  };
}

function answersIn({ high, start, count }: Shingles): number {
  let answers = 0;
  for (let index = start; index < start + count; index++) answers += high[index]! & OF_ANSWER;
  return answers;
}
