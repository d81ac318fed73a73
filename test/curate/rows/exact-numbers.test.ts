import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { exactNumbers } from "../../../src/curate/rows/exact-numbers.ts";
import { folderOf, readAll } from "../pipeline/rows.ts";
import { cpuMs } from "../../cpu-ms.ts";

describe("numbers that a double does not hold", () => {
  test.each([
    { text: '{"id":12345678901234567890}', becomes: '{"id":"12345678901234567890"}' },
    { text: '{"a":[-9007199254740993, 1]}', becomes: '{"a":["-9007199254740993", 1]}' },
    { text: '{"x":1e400}', becomes: '{"x":"1e400"}' },
    { text: '{"id":9007199254740992}', becomes: '{"id":9007199254740992}' }, // 2^53 is one
    { text: '{"x":0.12345678901234567890}', becomes: '{"x":0.12345678901234567890}' }, // rounded, as everywhere
    { text: '{"t":"card 12345678901234567890 \\" 1e400"}', becomes: '{"t":"card 12345678901234567890 \\" 1e400"}' },
    { text: '{"t":"12345678901234567890', becomes: '{"t":"12345678901234567890' }, // torn
  ])("$text", ({ text, becomes }) => {
    expect(exactNumbers(text)).toBe(becomes);
  });

  test("any integer comes out with all its digits, and any other JSON as it was", () => {
    // A double of 17 digits is written as an integer that is not quite it.
    const others = fc.jsonValue().filter((value) => !/\d{17}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.bigInt(), others, (id, value) => {
        const text = exactNumbers(`{"id":${id},"value":${JSON.stringify(value)}}`);
        const parsed = JSON.parse(text) as { id: string | number; value: unknown };
        expect(BigInt(parsed.id)).toBe(id);
        expect(JSON.stringify(parsed.value)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("are read as text", async () => {
    const folder = await folderOf({ "a.jsonl": '{"id":12345678901234567890,"t":"x"}\n{"id":1}\n' });
    const { rows } = await readAll(join(folder, "a.jsonl"), { source: "a" });
    expect(rows.map(({ fields }) => fields["id"])).toEqual(["12345678901234567890", 1]);
  });

  test("take time that grows with the text, whatever it holds", async () => {
    const time = (count: number): Promise<number> => {
      const hostile = `{"x":[${"1234567890123456e,".repeat(count)}${"-".repeat(count)}`;
      return cpuMs(() => exactNumbers(hostile));
    };
    await time(10_000);
    expect(await time(200_000)).toBeLessThan(2_000);
  });
});
