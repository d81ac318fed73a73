import fc from "fast-check";
import { expect, test } from "vitest";

import { paretoFront, type Point } from "../../../src/plan/fleet/pareto.ts";

const points = fc.array(fc.record({ hours: fc.integer({ min: 1, max: 12 }), cost: fc.integer({ min: 1, max: 12 }) }), {
  maxLength: 40,
});

const dominates = (a: Point, b: Point): boolean =>
  a.hours <= b.hours && a.cost <= b.cost && (a.hours < b.hours || a.cost < b.cost);

test("the front holds the points that no other dominates, and those alone", () => {
  fc.assert(
    fc.property(points, (all) => {
      const onFront = paretoFront(all).map((dominator) => dominator === null);
      expect(onFront).toEqual(all.map((point) => !all.some((other) => dominates(other, point))));
    }),
  );
});

test("each other point names a point of the front that dominates it", () => {
  fc.assert(
    fc.property(points, (all) => {
      const dominators = paretoFront(all);
      for (const [index, dominator] of dominators.entries()) {
        if (dominator === null) continue;
        expect(dominators[dominator]).toBeNull();
        expect(dominates(all[dominator]!, all[index]!)).toBe(true);
      }
    }),
  );
});
