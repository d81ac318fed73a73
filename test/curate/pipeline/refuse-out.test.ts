import { existsSync, linkSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runHere } from "../../cli/run-here.ts";
import { folderOf, jsonl } from "./rows.ts";
import { PROGRAMME } from "./tree.ts";

const FILES = {
  "programme.yaml": PROGRAMME.replace("files: [{", "files: [{path: eval.jsonl, role: eval, origin: own}, {").replace(
    "- stage: exact",
    "- stage: decontaminate\n      against: [test.jsonl]",
  ),
  "data.jsonl": jsonl([{ prompt: "a", completion: "b" }]),
  "eval.jsonl": jsonl([{ prompt: "c", completion: "d" }]),
  "test.jsonl": jsonl([{ prompt: "e", completion: "f" }]),
};

const RUN = ["data", "run", "--executor", "inline"];

describe("a file for rows", () => {
  test.each(["data.jsonl", "eval.jsonl", "test.jsonl", "programme.yaml"])(
    "that is %s of the programme is refused under any of its names, also where replacing is allowed",
    async (name) => {
      const dir = await folderOf(FILES);
      symlinkSync(join(dir, name), join(dir, "soft.jsonl"));
      linkSync(join(dir, name), join(dir, "hard.jsonl"));
      const before = readFileSync(join(dir, name));
      for (const out of [name, `./${name}`, "soft.jsonl", "hard.jsonl"]) {
        const { code, stderr } = await runHere([...RUN, "--yes", "--out", out], { cwd: dir });
        expect(code, out).toBe(2);
        expect(stderr).toContain("is an input and would be overwritten");
      }
      expect(readFileSync(join(dir, name))).toEqual(before);
      expect(existsSync(join(dir, ".tunewright/artefacts"))).toBe(false);
    },
  );

  test("that the pipeline keeps for itself is refused, and so is a second name of it", async () => {
    const dir = await folderOf({ ...FILES, "programme.yaml": PROGRAMME });
    expect((await runHere(RUN, { cwd: dir })).code).toBe(0);
    const artefact = readdirSync(join(dir, ".tunewright/artefacts")).find((name) => name.startsWith("read-"))!;
    const kept = join(".tunewright/artefacts", artefact, "000000.kept.jsonl");
    const before = readFileSync(join(dir, kept));
    symlinkSync(join(dir, ".tunewright"), join(dir, "folder"));
    linkSync(join(dir, kept), join(dir, "hard.jsonl"));
    for (const out of [kept, "folder/new.jsonl", "hard.jsonl", ".tunewright/pipeline.json"]) {
      const { code, stderr } = await runHere([...RUN, "--yes", "--out", out], { cwd: dir });
      expect(code, out).toBe(2);
      expect(stderr).toContain("is reserved for data run");
    }
    expect(readFileSync(join(dir, kept))).toEqual(before);
    expect((await runHere([...RUN, "--out", "elsewhere.jsonl"], { cwd: dir })).code).toBe(0);
  });
});
