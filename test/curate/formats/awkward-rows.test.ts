import { expect, test } from "vitest";

import { lintRow } from "../../../src/curate/formats/lint-row.ts";
import { readCanonical } from "../../../src/curate/formats/read-canonical.ts";
import type { Fields } from "../../../src/curate/formats/row-format.ts";
import { AWKWARD } from "./awkward-rows.ts";

/** Findings on a row: its format, other possible formats, and the findings with their messages. */
function said(row: Fields): string {
  const read = readCanonical(row);
  if (!("row" in read)) return `${read.reason}: ${read.detail}`;
  const formats = [read.detected!.format, ...read.rivals.map(({ format }) => format)].join(" or ");
  const findings = lintRow(read.row).map(({ level, code, message }) => `${level} ${code} ${message ?? "row"}`);
  return findings.length === 0 ? formats : `${formats}: ${findings.join(", ")}`;
}

test.each(AWKWARD)("%s (%s)", (_what, _source, ...[row, expected]) => {
  expect(said(row)).toBe(expected);
});

test("a role that nobody knows is said with the one that was meant", () => {
  const details = ["human", "gpt", "User", "observation", "asistant", "narrator"].map((role) => {
    const [first] = lintRow({ kind: "chat", messages: [{ role, content: "x" }] });
    return first!.detail;
  });
  expect(details).toEqual([
    'the role "human": did you mean "user"?',
    'the role "gpt": did you mean "assistant"?',
    'the role "User": did you mean "user"?',
    'the role "observation": did you mean "tool"?',
    'the role "asistant": did you mean "assistant"?',
    'the role "narrator"',
  ]);
});
