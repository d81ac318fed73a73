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

test("a recent price of a seller needs no note, nor does a GPU without any price", () => {
  expect(priceNote(rows("H100", "2026-11-25"), "2026-11-25")).toBeUndefined();
  expect(priceNote([], "2026-11-25")).toBeUndefined();
});

test("a seller's own price is old after three months, and its basis gives the days and the age of what is behind it", () => {
  const on = "2027-03-01";
  const { quantity, rows: behind } = gpuHourPrice({ gpu: "H100", term: "on-demand", sellerClass: "neocloud", on });
  expect(priceNote(behind, on)).toMatchObject({ isOld: true });
  expect(priceNote(behind, on)!.text).toMatch(/^the newest price of a seller is of 2026-\d\d-\d\d, \d+ days old/);
  expect((quantity as { basis: string }).basis).toMatch(
    / of 2026-\d\d-\d\d to 2026-\d\d-\d\d, the oldest \d+ days old;/,
  );
});
