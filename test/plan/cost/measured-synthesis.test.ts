import { expect, test } from "vitest";

import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { request } from "./request.ts";

const MEASURED = {
  files: ["synthetic/qa/v1.json"],
  asked: 1_000,
  kept: 400,
  usdPerKeptRow: { p10: 0.018, p50: 0.02, p90: 0.0225 },
};

test("generated rows cost what kept rows of the programme have cost, not what the catalogue says", () => {
  const [assumed, measured] = [request(), { ...request(), measuredSynthesis: MEASURED }].map((asked) =>
    programmeCost(asked),
  );
  const line = measured!.lines.find(({ id }) => id === "cost.data.synthetic")!;
  expect(line.cost).toMatchObject({ p50: expect.closeTo(60, 0) }); // 3,000 rows x 0.02 USD
  expect(measured!.figures.find(({ id }) => id === "measured.synthesis.usd-per-kept-row")).toMatchObject({
    ...MEASURED.usdPerKeptRow,
    unit: "USD/row",
    source: { kind: "measured", ref: "synthetic/qa/v1.json" },
  });
  const ids = ({ figures }: typeof measured & object): string[] => figures.map(({ id }) => id);
  expect(ids(measured!)).not.toContain("assumption.dataset.synthetic.usd");
  expect(ids(assumed!)).toContain("assumption.dataset.synthetic.usd");
});
