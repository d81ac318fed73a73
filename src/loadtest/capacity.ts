/**
 * Result for a rate: within capacity or not, according to all its measurements; or that no further measurement is
 * possible.
 */
export type Tried = "kept" | "broken" | "ended";

/** The rates between which the capacity lies. */
export type Bracket = {
  /** Highest rate that met the SLO. */
  kept: number | undefined;
  /** Lowest rate that did not. */
  broken: number | undefined;
  /** True if both rates, or the only one, were measured again with the same result. */
  isConfirmed: boolean;
  /** True if the limits of the test ended the search. */
  isCut: boolean;
};

/** Start and precision of a search, and its lowest and highest rates. */
export type SearchBounds = { from: number; precision: number; least: number; most: number };

/** Number of measurements that confirm a rate. */
const CONFIRMS = 2;

/** Number of measurements after the bisection after which a search that oscillates by chance is given up. */
const MOST_AFTER = 16;

type Search = Bracket & {
  /** Number of measurements per rate. */
  times: Map<number, number>;
  /** Factor to the next rate while there is no bracket. */
  step: number;
  /** Measurements since the first repeated one. */
  after: number;
};

/**
 * The highest rate that meets an SLO: doubled or halved until it lies between two rates, then bisected geometrically,
 * because a capacity is known to within a factor. The result of the bisection was selected for having met the SLO,
 * partly by chance, and is too high if measurements are short. Both of its rates are therefore measured once more, with
 * new arrivals. If a rate's result then differs, the rate is dropped, and the next rate is one step of the precision
 * away.
 *
 * @param tryRate offers a rate and reports whether it was within capacity; a rate may be offered again
 */
export async function searchCapacity(
  bounds: SearchBounds,
  tryRate: (rate: number) => Promise<Tried>,
): Promise<Bracket> {
  const search: Search = {
    kept: undefined,
    broken: undefined,
    isConfirmed: false,
    isCut: false,
    times: new Map(),
    step: 2,
    after: 0,
  };
  for (let rate: number | undefined = bounds.from; rate !== undefined; rate = nextRate(search, bounds)) {
    if (search.after > 0 || search.times.has(rate)) search.after += 1;
    if (search.after > MOST_AFTER) return bracketOf(search);
    const tried = await tryRate(rate);
    if (tried === "ended") return { ...bracketOf(search), isCut: true };
    take(search, { rate, tried }, bounds);
  }
  return { ...bracketOf(search), isConfirmed: search.kept !== undefined };
}

function bracketOf({ kept, broken, isConfirmed, isCut }: Search): Bracket {
  return { kept, broken, isConfirmed, isCut };
}

/** Records the result of a rate. If it is the opposite of an earlier result of the rate, the earlier one is dropped. */
function take(
  search: Search,
  { rate, tried }: { rate: number; tried: "kept" | "broken" },
  { precision }: SearchBounds,
): void {
  search.times.set(rate, (search.times.get(rate) ?? 0) + 1);
  const opposite = tried === "kept" ? "broken" : "kept";
  if (search[opposite] === rate) {
    search[opposite] = undefined;
    search.step = 1 / (1 - precision);
  }
  search[tried] = rate;
}

/** The next rate to try, or undefined if the search is done. */
function nextRate({ kept, broken, step, times }: Search, { precision, least, most }: SearchBounds): number | undefined {
  if (kept === undefined) return broken! / step < least ? undefined : broken! / step;
  if (broken === undefined && kept < most) return Math.min(most, step * kept);
  if (broken !== undefined && (broken - kept) / broken > precision + 1e-9) return Math.sqrt(kept * broken);
  return [kept, broken].find((rate) => rate !== undefined && times.get(rate)! < CONFIRMS);
}
