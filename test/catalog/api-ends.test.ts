import { describe, expect, test } from "vitest";

import { apiEnd, hostedEnds } from "../../src/catalog/api-ends.ts";
import { allLifecycles } from "../../src/catalog/model-lifecycle.ts";
import { findModel } from "../../src/catalog/models.ts";
import { apiPriceNote, apiPricesOn, findApiPrice, isWithdrawn } from "../../src/catalog/api-prices.ts";

describe("the end of an API model", () => {
  // Days of the vendors' deprecation pages, which the catalogue names as sources.
  test.each([
    ["openai/o1-mini", "2025-10-27"],
    ["openai/o1-preview", "2025-07-28"],
    ["openai/gpt-4-32k", "2025-06-06"],
    ["openai/text-davinci-003", "2024-01-04"],
    ["openai/o3-mini", "2026-10-23"],
    ["anthropic/claude-3-opus-latest", "2026-01-05"],
    ["anthropic/claude-3-5-sonnet", "2025-10-28"],
    ["anthropic/claude-3-haiku", "2026-04-20"],
    ["google/gemini-flash-1.5-8b", "2025-09-29"],
    ["x-ai/grok-3", "2026-05-15"],
    ["cohere/command-r", "2025-09-15"],
  ])("%s is not offered from %s", (model, day) => {
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
    expect([apiEnd(model, before), apiEnd(model, day)?.date]).toEqual([undefined, day]);
    const offered = apiPricesOn(day).find((price) => price.model === model)!;
    expect(isWithdrawn(offered)).toBe(true);
    expect(offered.note).toContain(`the seller withdrew this model on ${day} (`);
    expect(apiPriceNote(findApiPrice(model, day), day)).toContain("the seller withdrew");
  });

  test("of an alias is that of its last snapshot, and an announced end is none yet", () => {
    expect(apiEnd("openai/gpt-4o", "2026-11-29")).toBeUndefined();
    expect(apiEnd("openai/gpt-4o-2024-05-13", "2026-11-29")?.date).toBe("2026-10-23");
  });

  test("is unknown for a model without a statement, and does not touch a price of one's own contract", () => {
    expect(apiEnd("openai/gpt-6-luna", "2026-11-29")).toBeUndefined();
    const own = { ...findApiPrice("openai/o1-mini"), sellerClass: "own-contract" as const, validFrom: null };
    expect(apiPricesOn("2026-11-29", [own])[0]!.note).not.toContain("withdrew");
    expect(apiPriceNote({ ...own, seenOn: "2026-11-01" }, "2026-11-29")).toBeUndefined();
  });
});

describe("the ends of a hosted model", () => {
  const days = (model: string): [string, string][] => hostedEnds(model).map(({ kind, date }) => [kind, date]);

  test("of a snapshot that its provider tunes are told by kind: training, deployment, the model itself", () => {
    // developers.openai.com/api/docs/deprecations, as the catalogue quotes it.
    expect(days("openai/gpt-4o-mini-2024-07-18")).toEqual([
      ["training", "2027-01-06"],
      ["deployment", "2027-01-14"],
      ["api", "2027-01-14"],
    ]);
  });

  test("of an alias are its own, and those of its snapshots for other kinds", () => {
    expect(days("openai/gpt-4o").filter(([kind]) => kind === "api")).toEqual([["api", "2027-01-14"]]);
    expect(new Set(days("openai/gpt-4o").map(([kind]) => kind))).toEqual(new Set(["training", "deployment", "api"]));
  });

  test("keep sources that disagree, and are those of one seller", () => {
    expect(
      new Set(
        days("azure/gpt-4o-2024-08-06")
          .filter(([kind]) => kind === "api")
          .map(([, day]) => day),
      ),
    ).toEqual(new Set(["2026-10-01", "2027-04-14"]));
    expect(days("openai/no-such-model")).toEqual([]);
  });
});

test("a base is superseded in the month in which its successor was released, and the successor is known", () => {
  const superseded = allLifecycles().filter(({ kind }) => kind === "superseded");
  expect(superseded.length).toBeGreaterThan(40);
  for (const { modelId, date, successor } of superseded) {
    const next = findModel(successor!);
    expect([modelId, next.id, next.released]).toEqual([modelId, successor, date]);
    expect(next.released! > findModel(modelId).released!).toBe(true);
  }
  for (const { kind, successor } of allLifecycles()) expect(successor === null).toBe(kind !== "superseded");
});
