import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { Field, List, Struct, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

import { withoutAbsentFields } from "../../src/tables/absent-fields.ts";
import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { rowsOf } from "./row-items.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-absent-"));
afterAll(() => rmSync(folder, { recursive: true }));

const struct = (fields: Record<string, never> | object): never =>
  ({ kind: "struct", fields: new Map(Object.entries(fields)) }) as never;
const MESSAGE = struct({
  role: undefined,
  content: undefined,
  calls: { kind: "each", of: struct({ arguments: struct({ a: undefined, b: undefined }) }) },
});
const ROW = struct({
  messages: { kind: "each", of: MESSAGE },
  meta: undefined,
  map: { kind: "each", of: struct({ x: undefined }) },
});

describe("fields of structs that are null are left out, whatever stands around them", () => {
  test.each([
    ['{"messages":null,"meta":null}', '{"messages":null,"meta":null}'],
    [
      '{"messages":[{"role":"user","content":"a, \\"null\\":null} \\\\","calls":null}]}',
      '{"messages":[{"role":"user","content":"a, \\"null\\":null} \\\\"}]}',
    ],
    [
      '{"messages":[null,{"role":null,"content":null,"calls":[{"arguments":{"a":null,"b":1}},{"arguments":null}]}]}',
      '{"messages":[null,{"calls":[{"arguments":{"b":1}},{}]}]}',
    ],
    [
      '{"meta":{"a":null,"l":[{"b":null}]},"map":{"k":{"x":null},"n":null}}',
      '{"meta":{"a":null,"l":[{"b":null}]},"map":{"k":{},"n":null}}',
    ],
    ['{"messages":[],"meta":12345678901234567890}', '{"messages":[],"meta":12345678901234567890}'],
  ])("%s", (text, expected) => {
    expect(withoutAbsentFields(text, ROW)).toBe(expected);
  });

  test("where no field of a struct is null, any text comes back as it was", () => {
    const message = fc.record({ role: fc.string(), content: fc.string({ unit: "binary" }) });
    const row = fc.record({ messages: fc.array(message), meta: fc.jsonValue(), other: fc.constant(null) });
    fc.assert(
      fc.property(row, (value) => {
        const text = JSON.stringify(value);
        expect(withoutAbsentFields(text, ROW)).toBe(text);
      }),
    );
  });
});

test("Parquet: messages and arguments of tools have the fields that they were written with, JSON keeps its nulls", async () => {
  const path = join(folder, "a.parquet");
  const connection = await (await DuckDBInstance.create()).connect();
  const call = `{'name': 'f', 'arguments': {'a': 'x', 'b': null}}`;
  await connection.run(
    `copy (select [{'role': 'user', 'content': 'q', 'calls': null}, {'role': 'assistant', 'content': null, 'calls': [${call}]}] as messages,
      '{"k": null}'::json as meta, null::integer as score) to '${path}' (format parquet)`,
  );
  connection.closeSync();
  const [row] = await rowsOf((await openRows(path, READ_LIMITS)).items);
  expect(row).toEqual({
    line: 1,
    text: '{"messages":[{"role":"user","content":"q"},{"role":"assistant","calls":[{"name":"f","arguments":{"a":"x"}}]}],"meta":{"k":null},"score":null}',
  });
});

test("Arrow: the same", async () => {
  const path = join(folder, "a.arrow");
  const message = new Struct([Field.new("role", new Utf8(), true), Field.new("name", new Utf8(), true)]);
  const type = new List(Field.new("item", message, true));
  const messages = vectorFromArray(
    [
      [
        { role: "user", name: null },
        { role: null, name: "n" },
      ],
      null,
    ],
    type,
  );
  writeFileSync(path, tableToIPC(new Table({ messages }), "stream"));
  const rows = await rowsOf((await openRows(path, READ_LIMITS)).items);
  expect(rows.map((row) => "text" in row && row.text)).toEqual([
    '{"messages":[{"role":"user"},{"name":"n"}]}',
    '{"messages":null}',
  ]);
});
