import * as fc from "fast-check";
import { expect, test } from "vitest";

import { textSlots, withTexts } from "../../src/curate/text-slots.ts";

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
