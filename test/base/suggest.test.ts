import { expect, test } from "vitest";

import { didYouMean, suggest, suggestNamed } from "../../src/base/suggest.ts";

const GPUS = ["H100-80GB-SXM", "H100-80GB-PCIe", "A100-80GB-SXM", "L40S", "L4", "RTX-4090"];

test.each([
  ["L40", ["L40S", "L4"]],
  ["h100-80gb-sxn", ["H100-80GB-SXM"]],
  ["RTX4090", ["RTX-4090"]],
  ["l4", ["L4"]],
])("%s brings up %j first", (word, expected) => {
  expect(suggest(word, GPUS).slice(0, expected.length)).toEqual(expected);
});

test("a part of a name brings up the names that hold it, the shortest first", () => {
  expect(suggest("a100", GPUS)).toEqual(["A100-80GB-SXM"]);
  expect(suggest("80GB", GPUS)).toEqual(["A100-80GB-SXM", "H100-80GB-SXM", "H100-80GB-PCIe"]);
});

test("nothing is suggested for a word that is far from all", () => {
  expect(suggest("quantum", GPUS)).toEqual([]);
  expect(didYouMean("quantum", GPUS)).toBeUndefined();
});

test("the hint is a question without duplicate names", () => {
  expect(didYouMean("RTX-4080", [...GPUS, "RTX-4090"])).toBe('did you mean "RTX-4090"?');
  expect(didYouMean("loar", ["lora", "qlora", "full"])).toBe('did you mean "lora"?');
  expect(didYouMean("pln", ["plan", "plot"])).toBe('did you mean "plan"?');
});

test("two letters in the wrong order are one mistake, and only those two", () => {
  expect(suggest("srever", ["server", "served", "never"])[0]).toBe("server");
  expect(suggest("ab", ["ba", "bc"])[0]).toBe("ba");
});

test("at most three are suggested, or as many as asked for, in one order whatever that of the known words", () => {
  const near = ["dora", "fora", "lora", "mora"];
  expect(suggest("nora", near)).toEqual(["dora", "fora", "lora"]);
  expect(suggest("nora", near.toReversed(), 2)).toEqual(["dora", "fora"]);
});

test("of a short word neither a part of a name nor one letter that moved is enough", () => {
  expect(suggest("l4", ["all4one"])).toEqual([]);
  expect(suggest("ab", ["xa", "bx"])).toEqual([]);
});

test("things are found by any of their names, each once, three at most", () => {
  const things = ["alpha alfa", "alphas", "alphab", "alphac", "zulu"];
  const found = suggestNamed("alpha", things, (thing) => thing.split(" "));
  expect(found[0]).toEqual({ name: "alpha", thing: "alpha alfa" });
  expect(found).toHaveLength(3);
  expect(new Set(found.map(({ thing }) => thing)).size).toBe(3);
  expect(suggestNamed("lora", ["lora loru"], (thing) => thing.split(" "))[0]!.name).toBe("lora");
  expect(suggestNamed("qqqqqqqq", things, (thing) => thing.split(" "))).toEqual([]);
});

test("several near names are joined by or", () => {
  expect(didYouMean("nora", ["lora", "dora"])).toBe('did you mean "dora" or "lora"?');
});
