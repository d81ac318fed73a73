import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { docsComplete } from "./tidy/docs.ts";
import { referenceFacts } from "./tidy/facts.ts";
import { RULES } from "./tidy/fixtures.ts";
import { HOMES } from "./tidy/dependencies.ts";
import { folderOf, readTree, sourceFiles } from "./tidy/tree.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const tree = readTree(ROOT);

describe.each(RULES)("$name", ({ rule, broken, finds }) => {
  test("finds exactly what its fixture breaks", () => {
    expect(rule(new Map(Object.entries(broken)))).toEqual(finds);
  });

  test("holds in this repository", () => {
    expect(rule(tree)).toEqual([]);
  });
});

describe("the reference names everything that exists", async () => {
  const facts = await referenceFacts();
  const pages = new Map(
    [...new Set(facts.map(({ page }) => page))].map((page) => [page, tree.get(`docs/reference/${page}`) ?? ""]),
  );

  test("every command, flag, schema field, failure kind and exit code is documented", () => {
    expect(facts.length).toBeGreaterThan(200);
    expect(docsComplete(pages, facts)).toEqual([]);
  });

  test("a flag that is taken out of its own section is found, although others have one of the same name", () => {
    const page = "# Commands\n\n### `a`\n\n| `--gpu` |\n\n### `b`\n\n| `--model` |\n\n## Next\n\n| `--gpu` |\n";
    const fact = { name: '--gpu of "b"', page: "commands.md", section: "### `b`", text: "| `--gpu` |" };
    expect(docsComplete(new Map([["commands.md", page]]), [fact])).toEqual([
      'commands.md: --gpu of "b" is not documented',
    ]);
    expect(docsComplete(new Map([["commands.md", page]]), [{ ...fact, section: "### `a`" }])).toEqual([]);
  });

  test("each fact is found missing from an empty page", () => {
    expect(docsComplete(new Map(), facts)).toHaveLength(facts.length);
  });
});

describe("ARCHITECTURE.md and the rules say the same", () => {
  const page = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)\/` \|.*\| (.*)\|$/gm)].map(([, folder, outside]) => ({
    folder: folder!,
    outside: [...outside!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  }));

  test("its table has a row for each folder of src/, and no other", () => {
    const folders = new Set(sourceFiles(tree).flatMap(([path]) => folderOf(path) || []));
    expect(rows.map(({ folder }) => folder).toSorted()).toEqual([...folders].toSorted());
  });

  test("its table gives each dependency the home that the rule gives it", () => {
    const homes = Object.entries(HOMES).filter(([name]) => name !== "zod");
    const names = new Set(rows.flatMap(({ outside }) => outside));
    const foldersOf = (name: string): string[] =>
      rows.filter(({ outside }) => outside.includes(name)).map(({ folder }) => folder);
    const stated = [...names].map((name) => [name, foldersOf(name)] as const);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(homes));
  });
});
