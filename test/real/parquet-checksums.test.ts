import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openRowSink } from "../../src/tables/open-row-sink.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { rowsOf } from "../tables/row-items.ts";
import { hasModules } from "./python-modules.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";

/** Reads each file with its checksums verified, and prints its rows as JSON, or null for a file that is refused. */
const READ = `
import json, sys, pyarrow.parquet as pq
for path in sys.argv[1:]:
    try:
        print(json.dumps(pq.read_table(path, page_checksum_verification=True).to_pylist()))
    except Exception:
        print("null")
`;

const ROWS = Array.from({ length: 400 }, (_, index) => ({
  id: index,
  text: `row ${index} ${"x".repeat(index % 30)}`,
  list: [index % 5, index],
}));

describe.skipIf(!hasModules(python, "pyarrow"))(
  "a Parquet file (needs TUNEWRIGHT_PYTHON: a virtual environment with pyarrow)",
  () => {
    test(
      "is read by pyarrow, and every changed bit that pyarrow detects is detected here",
      { timeout: 240_000 },
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "tunewright-pyarrow-"));
        try {
          const whole = join(folder, "rows.parquet");
          const sink = await openRowSink(whole);
          await sink.write(ROWS);
          await sink.commit();
          const bytes = readFileSync(whole);
          const paths = [whole];
          for (let flip = 0; flip < 30; flip++) {
            const changed = Buffer.from(bytes);
            const place = 4 + Math.floor(((bytes.length - 12) * flip) / 30);
            changed[place]! ^= 1 << (flip % 8);
            paths.push(join(folder, `${flip}.parquet`));
            writeFileSync(paths.at(-1)!, changed);
          }
          const { stdout } = spawnSync(python, ["-c", READ, ...paths], { encoding: "utf8", maxBuffer: 2 ** 28 });
          const theirs = stdout.trim().split("\n");
          expect(theirs).toHaveLength(paths.length);
          expect(JSON.parse(theirs[0]!)).toEqual(ROWS);
          let refused = 0;
          for (const [index, path] of paths.entries()) {
            const ours = await rowsOf((await openRows(path)).items).then(
              (rows) => rows.map((row) => ("text" in row ? (JSON.parse(row.text) as unknown) : row)),
              () => null,
            );
            if (ours === null) refused += 1;
            if (theirs[index] === "null") expect([path, ours]).toEqual([path, null]);
          }
          expect(refused).toBeGreaterThan(15);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );
  },
);
