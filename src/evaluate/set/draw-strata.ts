/** A candidate of a stratum; the smallest keys are drawn first. */
export type Candidate<Item> = { key: string; item: Item };

/** The candidates with the smallest keys. */
export type SmallestKeys<Item> = { add: (key: string, item: () => Item) => void; sorted: () => Candidate<Item>[] };

/**
 * Keeps a given number of candidates with the smallest keys: the draw depends only on the keys, not on the order of the
 * rows. Holds at most twice as many.
 */
export function smallestKeys<Item>(most: number): SmallestKeys<Item> {
  const held: Candidate<Item>[] = [];
  let limit: string | undefined;
  const cut = (): void => {
    held.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    held.length = Math.min(held.length, most);
    if (held.length === most) limit = held.at(-1)?.key;
  };
  return {
    add: (key, item) => {
      if (limit !== undefined && key >= limit) return;
      held.push({ key, item: item() });
      if (held.length >= 2 * most) cut();
    },
    sorted: () => {
      cut();
      return [...held];
    },
  };
}

/** A stratum to draw from: its weight, and its number of candidates. */
export type StratumSize = { weight: number; available: number };

/**
 * Number of items to draw from each stratum: first the minimum of each, then the rest in proportion to the weights, by
 * largest remainders; a shortage in one stratum is filled from the others. Sums to `size`, or to the number of
 * available items.
 */
export function allocation(strata: readonly StratumSize[], { size, least }: { size: number; least: number }): number[] {
  const taken = strata.map(({ available }) => Math.min(available, least));
  let left = size - sum(taken);
  if (left < 0) return proportional(taken, size);
  while (left > 0) {
    const open = strata.map(({ weight, available }, index) => (taken[index]! < available ? Math.max(weight, 1) : 0));
    if (sum(open) === 0) break;
    const shares = proportional(open, left);
    for (const [index, { available }] of strata.entries()) {
      const more = Math.min(shares[index]!, available - taken[index]!);
      taken[index]! += more;
      left -= more;
    }
  }
  return taken;
}

/** Integer shares of a total in proportion to weights, by largest remainders; of equal ones, the first. */
function proportional(weights: readonly number[], total: number): number[] {
  const all = sum(weights);
  const exact = weights.map((weight) => (weight * total) / all);
  const shares = exact.map(Math.floor);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .filter(({ index }) => weights[index]! > 0)
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, total - sum(shares))) shares[index]! += 1;
  return shares;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
