import { goOnCount } from "../statistics/halving.ts";

/**
 * The values at one rung of successive halving, as two heaps: those that continue, with the worst on top, and the
 * others, with the best on top. Adding a value takes logarithmic time.
 */
export class RungLimit {
  readonly #eta: number;
  readonly #going = new Heap((a, b) => a > b);
  readonly #rest = new Heap((a, b) => a < b);

  /** @param eta one value in this many continues */
  constructor(eta: number) {
    this.#eta = eta;
  }

  /** Adds a value. @returns the worst value that continues among all so far; lower is better */
  add(value: number): number {
    if (this.#going.size > 0 && value < this.#going.top) {
      this.#rest.push(this.#going.pop());
      this.#going.push(value);
    } else this.#rest.push(value);
    while (this.#going.size < goOnCount(this.#going.size + this.#rest.size, this.#eta)) {
      this.#going.push(this.#rest.pop());
    }
    return this.#going.top;
  }
}

/** A binary heap of numbers. */
class Heap {
  readonly #values: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  /** @param isBefore whether a number is above another one in the heap */
  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#values.length;
  }

  /** The first number of a heap that is not empty. */
  get top(): number {
    return this.#values[0]!;
  }

  push(value: number): void {
    const values = this.#values;
    let place = values.push(value) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(value, values[parent]!)) break;
      values[place] = values[parent]!;
      place = parent;
    }
    values[place] = value;
  }

  /** Removes the first number of a heap that is not empty. */
  pop(): number {
    const values = this.#values;
    const first = values[0]!;
    const last = values.pop()!;
    if (values.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= values.length) break;
      const right = left + 1;
      const child = right < values.length && this.#isBefore(values[right]!, values[left]!) ? right : left;
      if (!this.#isBefore(values[child]!, last)) break;
      values[place] = values[child]!;
      place = child;
    }
    values[place] = last;
    return first;
  }
}
