import { expect, test } from "vitest";

import { explainFigure } from "../../../src/plan/cost/explain.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { catchFailure } from "../../catch-failure.ts";
import { request } from "./request.ts";

const { figures } = programmeCost(request());

test("the chain of a line goes down to the catalogue row and the user's field", async () => {
  await expect(`${explainFigure(figures, "cost.data.rights")}\n`).toMatchFileSnapshot(
    "../../golden/explain-rights.txt",
  );
});

test("a figure that two inputs share is unfolded once", () => {
  const chain = explainFigure(figures, "total.endToEnd");
  expect(chain.split("\n").filter((line) => line.includes("Growth of set-up-dominated")).length).toBe(1);
  expect(chain).toContain("(shown above)");
});

test("an unknown figure says so", () => {
  expect(explainFigure(figures, "cost.compliance.review")).toContain("cost.compliance.review = unknown");
});

test("a mistyped id is answered with the near ones", () => {
  expect(catchFailure(() => explainFigure(figures, "cost.data.right")).hint).toContain('"cost.data.rights"');
  expect(catchFailure(() => explainFigure(figures, "rights")).hint).toContain('"cost.data.rights"');
  expect(catchFailure(() => explainFigure(figures, "zzzzzzzz")).hint).toContain("--json");
});
