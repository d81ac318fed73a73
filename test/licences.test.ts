import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

type Locked = { version: string; license?: string; dev?: boolean };

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const manifest = JSON.parse(read("package.json")) as Record<"dependencies" | "devDependencies", Record<string, string>>;

/** Licences that a company may ship and build with, without a duty beyond keeping the notice (MPL: of changed files). */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
];

describe("licences of every package that is installed, at any depth and on any platform", () => {
  test("are allowed ones", () => {
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    expect(refused(packages)).toEqual([]);
  });

  test("are found where they are not", () => {
    expect(
      refused({
        "": { version: "0" },
        "node_modules/a": { version: "1.0.0", license: "GPL-3.0-only" },
        "node_modules/b/node_modules/@c/d": { version: "2.0.0" },
        "node_modules/e": { version: "3.0.0", license: "MIT" },
      }),
    ).toEqual(["a 1.0.0: GPL-3.0-only", "@c/d 2.0.0: no licence"]);
  });
});

test("docs/concepts/dependencies.md gives each dependency the licence that its package states", () => {
  const page = read("docs/concepts/dependencies.md");
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
    const installed = JSON.parse(read(`node_modules/${name}/package.json`)) as Locked;
    expect(row.split(/ ?\| ?/), name).toContain(installed.license);
    expect(packages[`node_modules/${name}`]?.license, name).toBe(installed.license);
  }
});

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function refused(all: Record<string, Locked>): string[] {
  return Object.entries(all)
    .filter(([path, { license }]) => path !== "" && !ALLOWED.includes(license ?? ""))
    .map(([path, { version, license }]) => `${nameOf(path)} ${version}: ${license ?? "no licence"}`);
}
