import * as fc from "fast-check";
import { expect, test } from "vitest";

import { shownValues, textSlots, withTexts } from "../../../src/curate/rows/text-slots.ts";
import { cpuMs } from "../../cpu-ms.ts";

test("texts are found in messages, content parts and arguments of tool calls, and speakers are not texts", () => {
  const row = {
    messages: [
      { role: "user", content: [{ type: "text", text: "hello" }] },
      { role: "assistant", tool_calls: [{ id: "c1", function: { name: "find", arguments: '{"who":"Ann"}' } }] },
    ],
    note: "seen",
  };
  expect(textSlots(row).map(({ text }) => text)).toEqual(["hello", "find", '{"who":"Ann"}', "seen"]);
  expect(textSlots(row, "note")).toEqual([{ path: ["note"], text: "seen" }]);
});

test("putting the same texts back gives the same row, and other texts stand where the old ones stood", () => {
  const rows = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(rows, (row) => {
      const slots = textSlots(row);
      expect(withTexts(row, slots)).toEqual(row);
      const louder = slots.map(({ path, text }) => ({ path, text: `${text}!` }));
      expect(textSlots(withTexts(row, louder))).toEqual(louder);
    }),
  );
});

test("a sender, an id or a type is a text wherever it is not a term of a message, and a term is one plain word", () => {
  const row = {
    mail: { from: "jane.doe@acme-corp.com", id: "536-90-4399", type: "private" },
    messages: [
      { from: "human", value: "hi" },
      { from: "ann@acme-corp.com", value: "yes" },
      { role: "assistant", tool_calls: [{ id: "c1", function: { arguments: { from: "Oslo", id: "c2" } } }] },
    ],
    cities: [{ from: "Turku", to: "Vaasa" }],
  };
  expect(textSlots(row).map(({ text }) => text)).toEqual(
    "jane.doe@acme-corp.com 536-90-4399 private hi ann@acme-corp.com yes Oslo c2 Turku Vaasa".split(" "),
  );
});

test("what can show a value are texts, terms, numbers and names of fields", () => {
  expect(shownValues({ messages: [{ role: "user", content: "a" }], n: { of: 7, is: true } })).toEqual([
    "messages",
    "role",
    "user",
    "content",
    "a",
    "n",
    "of",
    7,
    "is",
  ]);
});

test("texts of a list of 20,000 are put back in less than a second", async () => {
  const row = { list: Array.from({ length: 20_000 }, (_, index) => `text ${index}`) };
  const slots = textSlots(row).map(({ path }) => ({ path, text: "x" }));
  const taken = await cpuMs(() => expect(withTexts(row, slots)).toEqual({ list: row.list.map(() => "x") }));
  expect(taken).toBeLessThan(1000);
});
