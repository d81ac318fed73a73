/** What a rate showed: whether it is within capacity, or that nothing can be measured any more. */
export type Tried = "kept" | "broken" | "ended";

/** Between which rates the capacity lies. */
export type Bracket = {
  /** Highest rate that kept the SLO. */
  kept: number | undefined;
  /** Lowest rate that did not. */
  broken: number | undefined;
  /** The bounds of the test ended the search. */
  isCut: boolean;
};

/** Where a search begins, how close it comes, and the least and most rate that are tried. */
export type SearchBounds = { from: number; precision: number; least: number; most: number };

/**
 * The highest rate that keeps an SLO: doubled or halved until two rates hold it between them, then bisected in
 * proportion, since a capacity is known to a share of itself. One measurement decides each step: where chance decides
 * near the edge, the answer is wrong by about as much as the precision.
 *
 * @param tryRate  offers a rate and says whether it was within capacity
 */
export async function searchCapacity(
  { from, precision, least, most }: SearchBounds,
  tryRate: (rate: number) => Promise<Tried>,
): Promise<Bracket> {
  const bracket: Bracket = { kept: undefined, broken: undefined, isCut: false };
  for (let rate: number | undefined = from; rate !== undefined; rate = nextRate(bracket, { precision, least, most })) {
    const tried = await tryRate(rate);
    if (tried === "ended") return { ...bracket, isCut: true };
    bracket[tried] = rate;
  }
  return bracket;
}

/** The rate to try next, or undefined where the search is done. */
function nextRate(
  { kept, broken }: Bracket,
  { precision, least, most }: Pick<SearchBounds, "precision" | "least" | "most">,
): number | undefined {
  if (kept === undefined) return broken! / 2 < least ? undefined : broken! / 2;
  if (broken === undefined) return kept >= most ? undefined : Math.min(most, 2 * kept);
  return (broken - kept) / broken <= precision ? undefined : Math.sqrt(kept * broken);
}
