import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

const WEB = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** Most of each, KiB after gzip: about a tenth above what it was when this was written. */
const BUDGET = { first: 128, page: 105, all: 420 };

describe.skipIf(!existsSync(join(WEB, "index.html")))("the pages as they are built (npm run build)", () => {
  const sizes = new Map(
    (existsSync(WEB) ? readdirSync(join(WEB, "assets")) : []).map((name) => [
      name,
      gzipSync(readFileSync(join(WEB, "assets", name))).length / 1024,
    ]),
  );

  test(`load at most ${BUDGET.first} KiB before any page`, () => {
    const html = readFileSync(join(WEB, "index.html"), "utf8");
    const first = [...sizes].filter(([name]) => html.includes(name));
    expect(first.length).toBeGreaterThan(1);
    expect(first.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(BUDGET.first);
  });

  test(`have no other file above ${BUDGET.page} KiB, and ${BUDGET.all} KiB in all`, () => {
    const html = readFileSync(join(WEB, "index.html"), "utf8");
    const rest = [...sizes].filter(([name]) => !html.includes(name));
    expect(rest.filter(([, size]) => size > BUDGET.page)).toEqual([]);
    expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET.all);
  });
});
