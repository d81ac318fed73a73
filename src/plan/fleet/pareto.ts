/** The two criteria of an option; smaller is better in both. */
export type Point = { hours: number; cost: number };

/**
 * The Pareto front of points. Each of the other points has a dominator on the front: one with at most as many hours and
 * at most the cost, and less of at least one of them. Equal points do not dominate each other.
 *
 * @returns for each point the index of its dominator, or null on the front, in the order of the points
 */
export function paretoFront(points: readonly Point[]): (number | null)[] {
  const order = points.map((_, index) => index).toSorted((a, b) => compare(points[a]!, points[b]!));
  const dominators: (number | null)[] = points.map(() => null);
  let cheapest: number | undefined;
  for (const index of order) {
    const point = points[index]!;
    const best = cheapest === undefined ? undefined : points[cheapest]!;
    const isDominated =
      best !== undefined && best.cost <= point.cost && (best.cost < point.cost || best.hours < point.hours);
    if (isDominated) dominators[index] = cheapest!;
    else cheapest = index;
  }
  return dominators;
}

function compare(a: Point, b: Point): number {
  return a.hours - b.hours || a.cost - b.cost;
}
