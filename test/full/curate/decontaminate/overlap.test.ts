import { describe, expect, test } from "vitest";

import { parseBenchmarkSpec } from "../../../../src/curate/decontaminate/benchmark-fields.ts";
import { decontaminator } from "../../../../src/curate/decontaminate/decontaminator.ts";
import { readTsv } from "../../../catalog/read-tsv.ts";
import { benchmarkOf, counts, hasShared, SETS, sharedRows } from "../../../curate/decontaminate/shared-sets.ts";

describe.skipIf(!hasShared)("published overlaps of public datasets (skipped without ../shared)", () => {
  test.each(readTsv("decontamination-overlap.tsv"))(
    "$rows holds items of $items by $method: $hit_rows rows, $hit_items items ($source)",
    async (golden) => {
      const { fields } = parseBenchmarkSpec(`${golden["items"]!}:${golden["item_fields"]!}`);
      const benchmark = benchmarkOf("items", sharedRows(golden["items"]!), fields!);
      const textFields = golden["row_fields"]!.split(",");
      const hitsOf = await decontaminator({ benchmarks: [benchmark], method: golden["method"]!, textFields });
      const found = counts(sharedRows(golden["rows"]!), hitsOf);
      expect(found).toEqual({ rows: Number(golden["hit_rows"]), items: Number(golden["hit_items"]) });
    },
  );
});

describe.skipIf(!hasShared).each(SETS)("$name (skipped without ../shared)", ({ name, files, fields }) => {
  const rows = hasShared ? files.flatMap(sharedRows) : [];
  const benchmark = benchmarkOf(name, rows, fields);
  const questionsOf = (item: number): string[] =>
    benchmark.items[item]!.filter(({ kind }) => kind === "question").map(({ text }) => text);

  test("every item is found where it stands in a row word for word, as text and as a dialogue", async () => {
    const hitsOf = await decontaminator({ benchmarks: [benchmark] });
    const step = Math.ceil(rows.length / 800);
    const missed = rows.flatMap((_row, item) => {
      if (item % step !== 0) return [];
      const text = questionsOf(item).join("\n");
      const answer = benchmark.items[item]!.find(({ kind }) => kind === "answer")?.text ?? "I do not know.";
      const planted = [
        { text },
        {
          messages: [
            { role: "user", content: text },
            { role: "assistant", content: answer },
          ],
        },
      ];
      return planted.every((row) => hitsOf(row).some((hit) => hit.item === item)) ? [] : [text];
    });
    expect(missed).toEqual([]);
  });

  test("no item is found in the text of another item, drawn at random: 2,000 pairs", async () => {
    const different = rows.map((_row, item) => item);
    let state = 1;
    const draw = (): number => {
      state = Math.imul(state, 1_664_525) + 1_013_904_223;
      return different[(state >>> 8) % rows.length]!;
    };
    const hitsOf = await decontaminator({ benchmarks: [benchmark] });
    const wrong: string[] = [];
    for (let pair = 0; pair < 2000; pair++) {
      const [row, item] = [draw(), draw()];
      const [own, other] = [questionsOf(row).join("\n"), questionsOf(item).join("\n")];
      if (own === other) continue;
      if (hitsOf({ text: own }).some((hit) => hit.item === item)) wrong.push(`${own}\n<> ${other}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(!hasShared)("across benchmarks (skipped without ../shared)", () => {
  test("no item is found in the text of an item of another one, drawn at random: 100 pairs for each two", async () => {
    const loaded = await Promise.all(
      SETS.map(async ({ name, files, fields }) => {
        const benchmark = benchmarkOf(name, files.flatMap(sharedRows), fields);
        return { name, items: benchmark.items, hitsOf: await decontaminator({ benchmarks: [benchmark] }) };
      }),
    );
    let state = 7;
    const draw = (count: number): number => {
      state = Math.imul(state, 1_664_525) + 1_013_904_223;
      return (state >>> 8) % count;
    };
    const wrong: string[] = [];
    for (const from of loaded) {
      for (const to of loaded.filter((each) => each !== from)) {
        for (let pair = 0; pair < 100; pair++) {
          const row = from.items[draw(from.items.length)]!.map(({ text }) => text);
          const item = draw(to.items.length);
          if (to.hitsOf({ row }).some((hit) => hit.item === item))
            wrong.push(`${from.name} ${row[0]!} <> ${to.name} ${item}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
