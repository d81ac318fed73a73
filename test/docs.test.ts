import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect, test } from "vitest";

import { ROOT } from "./cli/run-cli.ts";
import { PAGES } from "./doc-pages.ts";

const anchors = new Map<string, ReadonlySet<string>>();
function anchorsIn(page: string): ReadonlySet<string> {
  const found = anchors.get(page) ?? new Set(anchorsOf(readFileSync(join(ROOT, page), "utf8")));
  anchors.set(page, found);
  return found;
}

test("every link between pages leads to a file, and to a heading where it names one", () => {
  const broken = PAGES.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split("#");
        const target = path === "" ? page : normalize(join(dirname(page), path!));
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && !anchorsIn(target).has(anchor);
      })
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

test("the README leads to every guide, concept and reference, at most by the list of concepts", () => {
  const list = "docs/concepts/README.md";
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const concepts = readFileSync(join(ROOT, list), "utf8");
  const isLed = (page: string): boolean =>
    readme.includes(`](${page})`) || concepts.includes(`](${page.replace("docs/concepts/", "")})`);
  expect(PAGES.filter((page) => page !== "README.md" && !isLed(page))).toEqual([]);
  expect(readme).toContain(`](${list})`);
});

test("the README is one screen: 60 lines of at most 160 characters", () => {
  const lines = readFileSync(join(ROOT, "README.md"), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(60);
  expect(lines.filter((line) => line.length > 160)).toEqual([]);
});

/** Anchors as Markdown viewers make them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
