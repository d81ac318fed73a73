import { expect, test } from "vitest";

import { fromCanonical } from "../../../src/curate/formats/convert-row.ts";
import { exportRow } from "../../../src/curate/formats/export-row.ts";
import { readCanonical } from "../../../src/curate/formats/read-canonical.ts";

const tool = (name: string, properties: Record<string, unknown>): unknown => ({
  type: "function",
  function: { name, parameters: { type: "object", properties, required: null } },
});

// As datasets 5.2.0 writes rows with two tools by Dataset.to_json: each has what the other has, null.
const row = {
  messages: [
    { role: "user", content: "q", tool_calls: null },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ type: "function", function: { name: "f", arguments: { a: null, b: null, n: 1 } } }],
    },
  ],
  tools: [
    tool("f", { a: { type: "string", default: null, enum: null }, b: null, n: { type: "integer", default: 2 } }),
    tool("g", { a: null, b: { type: "string", enum: ["x"] }, n: null }),
  ],
};

test("nulls that a table put into tools and calls are not in what is exported", () => {
  const read = readCanonical(row);
  if (!("row" in read)) throw new Error(read.detail);
  const parameters = (properties: unknown): unknown => ({ type: "object", properties });
  expect(exportRow(read.row, "trl")).toMatchObject({
    row: {
      messages: [
        { role: "user", content: "q" },
        // A null argument that the tool declares may be one that was given.
        { tool_calls: [{ type: "function", function: { name: "f", arguments: { a: null, n: 1 } } }] },
      ],
      tools: [
        {
          type: "function",
          function: {
            name: "f",
            parameters: parameters({
              a: { type: "string", default: null, enum: null },
              n: { type: "integer", default: 2 },
            }),
          },
        },
        { type: "function", function: { name: "g", parameters: parameters({ b: { type: "string", enum: ["x"] } }) } },
      ],
    },
    lost: [],
  });
  expect(JSON.stringify(exportRow(read.row, "trl"))).not.toContain('"b":null');
});

test("and the row itself comes back with all of them", () => {
  const read = readCanonical(row);
  if (!("row" in read)) throw new Error(read.detail);
  const again = fromCanonical(read.row, "messages");
  expect(JSON.stringify("row" in again ? again.row : again)).toBe(JSON.stringify(row));
});
