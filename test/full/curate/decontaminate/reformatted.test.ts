import { describe, expect, test } from "vitest";

import { CHOICE_FORMATS, CODE_FORMATS, TEXT_FORMATS, type Item, type Reformat } from "../../../../bench/reformats.mjs";
import type { Benchmark } from "../../../../src/curate/decontaminate/benchmark.ts";
import { decontaminator } from "../../../../src/curate/decontaminate/decontaminator.ts";
import { benchmarkOf, hasShared, SETS, sharedRows } from "../../../curate/decontaminate/shared-sets.ts";

/** Items of a set that are re-formatted, spread over it. */
const DRAWN = 30;

/** Kinds that are found less often than nine times in ten: docs/concepts/decontamination.md says why. */
const LEAST: Readonly<Record<string, number>> = { "other names": 0, "a sentence a message": 0.6 };

const questionsOf = (benchmark: Benchmark, item: number): string =>
  benchmark.items[item]!.filter(({ kind }) => kind === "question")
    .map(({ text }) => text)
    .join("\n");

const itemOf = (benchmark: Benchmark, index: number): Item => {
  const [question, answer = "Here it is."] = ["question", "answer"].map(
    (kind) => benchmark.items[index]!.find((part) => part.kind === kind)?.text,
  );
  return {
    question: question!,
    answer,
    choices: [answer, "none of these", "all of these"],
    code: question + answer,
    others: ["How do I bake bread without an oven?", "Name three rivers of Asia", "Write a poem about rain."],
    seed: index,
  };
};

describe.skipIf(!hasShared)("items in another form (skipped without ../shared)", () => {
  test.each(SETS)("of $name are found", async ({ name, files, fields }) => {
    const benchmark = benchmarkOf(name, files.flatMap(sharedRows), fields);
    const hitsOf = await decontaminator({ benchmarks: [benchmark] });
    const isCode = name === "HumanEval" || name === "MBPP";
    const formats: Record<string, Reformat> = {
      ...TEXT_FORMATS,
      ...(name === "MMLU" ? CHOICE_FORMATS : {}),
      ...(isCode ? CODE_FORMATS : {}),
    };
    const step = Math.max(1, Math.floor(benchmark.items.length / DRAWN));
    const counts = Object.entries(formats).map(([kind, make]) => {
      let [all, hit] = [0, 0];
      for (let index = 0; index < benchmark.items.length; index += step) {
        const row = make(itemOf(benchmark, index));
        if (row === undefined) continue;
        const own = questionsOf(benchmark, index);
        const isHit = hitsOf(row).some(({ item }) => item === index || questionsOf(benchmark, item) === own);
        all += 1;
        hit += Number(isHit);
      }
      return { kind, all, hit };
    });
    const sum = (of: "all" | "hit"): number => counts.reduce((total, each) => total + each[of], 0);
    expect(sum("all")).toBeGreaterThan(600);
    expect(sum("hit") / sum("all")).toBeGreaterThan(0.96);
    expect(counts.filter(({ kind, all, hit }) => all >= 20 && hit / all < (LEAST[kind] ?? 0.9))).toEqual([]);
  });
});
