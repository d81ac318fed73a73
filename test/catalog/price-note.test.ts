import { expect, test } from "vitest";

import { priceNote } from "../../src/catalog/price-note.ts";
import { gpuHourPrice } from "../../src/catalog/prices.ts";

const rows = (gpu: string, on: string) => gpuHourPrice({ gpu, term: "on-demand", sellerClass: "neocloud", on }).rows;

test("a published range alone is said with its age, and is old after three months", () => {
  const note = priceNote(rows("GB200", "2026-11-25"), "2026-11-25")!;
  expect(note.text).toContain("a published range of 2026-05-01, 208 days old");
  expect(note.isOld).toBe(true);
  expect(priceNote(rows("GB200", "2026-06-01"), "2026-06-01")!.isOld).toBe(false);
});

test("a seller's own price in force needs no note, nor does a GPU without any price", () => {
  expect(priceNote(rows("H100", "2026-11-25"), "2026-11-25")).toBeUndefined();
  expect(priceNote([], "2026-11-25")).toBeUndefined();
});
