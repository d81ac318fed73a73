import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fromCanonical, toCanonical } from "../../../src/curate/formats/convert-row.ts";
import { importFiles } from "../../../src/curate/formats/import-files.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-bad-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const GOOD = '{"prompt": "2 + 2?", "completion": "4"}';

/** Imports one file: why rows were dropped with their lines, and the rows that were written. */
async function imported(
  name: string,
  content: string | Uint8Array,
): Promise<{ dropped: string[]; rows: Record<string, unknown>[] }> {
  writeFileSync(join(folder, name), content);
  const out = join(folder, "rows.jsonl");
  const { funnel } = await importFiles([join(folder, name)], { dropErrors: false, out });
  const dropped = funnel.flatMap(({ dropped: reasons }) =>
    reasons.flatMap(({ reason, samples }) => samples.map(({ line }) => `${reason} in line ${line}`)),
  );
  const text = readFileSync(out, "utf8").trimEnd();
  return {
    dropped,
    rows: text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe("bad rows are dropped with the reason and the line, good ones around them are kept", () => {
  test("a row of 50 MB", async () => {
    const { dropped, rows } = await imported("a.jsonl", `${GOOD}\n{"text": "${"x".repeat(50 * 2 ** 20)}"}\n${GOOD}\n`);
    expect([dropped, rows.map(({ line }) => line)]).toEqual([["too-long in line 2"], [1, 3]]);
  });

  test("10,000 fields are read, one more is refused", async () => {
    const fields = (count: number): string =>
      JSON.stringify({
        text: "a",
        ...Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`c${index}`, index])),
      });
    const { dropped, rows } = await imported("a.jsonl", `${fields(10_000)}\n${fields(10_001)}\n`);
    expect([dropped, rows.length]).toEqual([["broken in line 2"], 1]);
  });

  test("rows in another encoding between rows of UTF-8", async () => {
    const latin = Buffer.from('{"text": "Gr\u00f6\u00dfe"}\n', "latin1");
    const { dropped, rows } = await imported(
      "a.jsonl",
      Buffer.concat([Buffer.from(`${GOOD}\n`), latin, Buffer.from(GOOD)]),
    );
    expect([dropped, rows.length]).toEqual([["encoding in line 2"], 2]);
  });

  test("broken JSON, a list, a row of no known format, an empty object", async () => {
    const { dropped, rows } = await imported("a.jsonl", `{"text": \n[1]\n{"a": 1}\n{}\n${GOOD}`);
    expect(dropped.toSorted()).toEqual([
      "broken in line 1",
      "broken in line 2",
      "unknown-format in line 3",
      "unknown-format in line 4",
    ]);
    expect(rows).toHaveLength(1);
  });

  test("the same id and the same content twice: every row has an id of its own, its old one stays in addition to it", async () => {
    const row = '{"id": "7", "text": "a"}';
    const { rows } = await imported("a.jsonl", `${row}\n${row}\n{"id": "7", "text": "b"}`);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
    expect(rows.map(({ beside }) => beside)).toEqual([{ id: "7" }, { id: "7" }, { id: "7" }]);
  });
});

describe("a file that is not a dataset is refused, and nothing is written", () => {
  const refused = async (name: string, content: Uint8Array, message: RegExp): Promise<void> => {
    mkdirSync(join(folder, "in"), { recursive: true });
    await expect(imported(`in/${name}`, content)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(["in"]);
  };

  test("archives are not opened, so that no path in them can lead anywhere", async () => {
    const tar = Buffer.alloc(1024);
    tar.write("../../evil.jsonl");
    tar.write("ustar", 257);
    await refused("a.jsonl", Buffer.from([0x50, 0x4b, 3, 4, ...Buffer.from("../../evil.jsonl")]), /is a zip archive/);
    await refused("a.jsonl.gz", gzipSync(tar), /is not UTF-8 text/);
    await refused("a.tar.gz", gzipSync(tar), /its extension does not determine the format/);
  });

  test("torn gzip and zstd, and a file that is compressed twice", async () => {
    const gzip = gzipSync(Buffer.from(`${GOOD}\n`.repeat(1000)));
    await refused("a.jsonl.gz", gzip.subarray(0, gzip.length - 20), /the gzip data is corrupt or truncated/);
    await refused(
      "a.jsonl.zst",
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 1]),
      /the zstd data is corrupt or truncated/,
    );
    await refused("a.jsonl.gz", gzipSync(gzip), /compressed twice/);
  });

  test("blank lines alone, a header alone, an empty list; and rows of which none is of a known format", async () => {
    for (const [name, content] of [
      ["a.jsonl", "\n \n"],
      ["a.json", "[]"],
      ["a.csv", "prompt,completion\n"],
      ["b.jsonl", "\ufeff"],
    ]) {
      await refused(name!, Buffer.from(content!), /no rows in/);
    }
    await refused(
      "c.jsonl",
      Buffer.from('{"a": 1}\n'),
      /no row of .*c\.jsonl can be imported: unknown-format, line 1: fields "a"/,
    );
  });

  test("one object over several lines, in which the rows may be", async () => {
    const object = JSON.stringify({ data: [{ text: "a" }] }, null, 2);
    await refused("a.json", Buffer.from(object), /is one JSON object over several lines/);
    await refused("b.json", Buffer.from("{\n"), /is one JSON object over several lines/);
    const { rows } = await imported("c.json", '{"text": "a"}\n{"text": "b"}\n');
    expect(rows).toHaveLength(2);
    rmSync(join(folder, "c.json"));
    rmSync(join(folder, "rows.jsonl"));
  });

  test("a link to itself, a link to nothing, a folder, a pipe", async () => {
    const at = (name: string): string => join(folder, name);
    symlinkSync(at("loop.jsonl"), at("loop.jsonl"));
    symlinkSync(at("nothing"), at("dangling.jsonl"));
    mkdirSync(at("folder.jsonl"));
    execFileSync("mkfifo", [at("pipe.jsonl")]);
    const failures = ["loop", "dangling", "folder", "pipe"].map((name) =>
      catchFailureAsync(() => importFiles([at(`${name}.jsonl`)], { dropErrors: false, out: at("rows.jsonl") })),
    );
    expect((await Promise.all(failures)).map(({ kind, message }) => [kind, message.replace(folder, "")])).toEqual([
      ["bad_input", "/loop.jsonl is a link that leads back to itself"],
      ["not_found", "/dangling.jsonl does not exist"],
      ["bad_input", "/folder.jsonl is a folder, not a file"],
      ["bad_input", "/pipe.jsonl is not a regular file"],
    ]);
  });

  test("UTF-16", async () => {
    await refused("a.jsonl", Buffer.from(`\ufeff${GOOD}`, "utf16le"), /UTF-16/);
  });
});

test("JSON inside texts, however deep, exhausts nothing and comes back as it was", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const row = {
    conversations: [
      { from: "human", value: "u" },
      { from: "function_call", value: deep },
    ],
    tools: deep,
  };
  const canonical = toCanonical(row, "sharegpt");
  if (typeof canonical === "string") throw new Error(canonical);
  expect(fromCanonical(canonical, "sharegpt")).toEqual({ row, lost: [] });
});

test("names that mean something to JavaScript are fields like any other", () => {
  const row = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "text": "t", "toString": null}') as Record<
    string,
    unknown
  >;
  const canonical = toCanonical(row, "text");
  if (typeof canonical === "string") throw new Error(canonical);
  const again = fromCanonical(JSON.parse(JSON.stringify(canonical)) as typeof canonical, "text");
  expect(JSON.stringify("row" in again ? again.row : again)).toBe(JSON.stringify(row));
});
