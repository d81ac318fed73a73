import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, test } from "vitest";

import { complyShow } from "../../src/programme/comply/comply-show.ts";
import { jsonl } from "../curate/pipeline/rows.ts";
import { evaluationFolder, ok, questions } from "../programme/evaluate/programme-folder.ts";

/** Python with inspect_ai: `python -m venv DIR && DIR/bin/pip install inspect_ai`. */
const PYTHON = process.env["TUNEWRIGHT_INSPECT_PYTHON"] ?? "";

const READ = `
import json, sys
from inspect_ai.log import read_eval_log
log = read_eval_log(sys.argv[1])
print(json.dumps({
  "status": log.status, "model": log.eval.model, "samples": len(log.samples),
  "scores": {s.name: {m: v.value for m, v in s.metrics.items()} for s in log.results.scores},
  "first": {"id": log.samples[0].id, "target": log.samples[0].target, "answer": log.samples[0].output.completion,
            "score": log.samples[0].scores["exact"].value},
  "errors": [s.id for s in log.samples if s.error is not None],
}))
`;
import { hasModules } from "./python-modules.ts";

/** A programme that duties apply to. */
const CLINICAL = new URL("../../examples/clinical/", import.meta.url).pathname;

/** Writes a log again by Inspect's own writer. */
const REWRITE = `
import sys
from inspect_ai.log import read_eval_log, write_eval_log
write_eval_log(read_eval_log(sys.argv[1]), sys.argv[2], format="json")
`;

describe.skipIf(!hasModules(PYTHON, "find:inspect_ai"))(
  "a log for Inspect (where this is skipped: set TUNEWRIGHT_INSPECT_PYTHON to a Python with inspect_ai)",
  () => {
    test("is read by inspect_ai with its scores, samples and errors", async () => {
      const rows = questions(10);
      const dir = await evaluationFolder(rows, {
        yaml: 'set: set\nprompt: "{{question}}"\nreference: answer\ntargets: { base: { answers: a.jsonl, model: small } }\nscorers: [{ kind: exact }]\n',
        files: {
          "a.jsonl": jsonl(
            rows.slice(0, 9).map(({ id, answer }, index) => ({ id, answer: index < 6 ? answer : "no" })),
          ),
        },
      });
      await ok(dir, "eval run e");
      await ok(dir, "eval report base --inspect base.json");
      const { stdout } = await promisify(execFile)(PYTHON, ["-c", READ, join(dir, "base.json")]);
      expect(JSON.parse(stdout)).toMatchObject({
        status: "success",
        model: "openai-api/small",
        samples: 10,
        scores: { exact: { mean: 0.6 } },
        first: { id: "q0", target: "0", answer: "0", score: 1 },
        errors: ["q9"],
      });
    });

    test("written by Inspect as JSON is evidence for the duties, with the note that no lock covers its items", async () => {
      const rows = questions(5);
      const dir = await evaluationFolder(rows, {
        yaml: 'set: set\nprompt: "{{question}}"\nreference: answer\ntargets: { base: { answers: a.jsonl, model: small } }\nscorers: [{ kind: exact }]\n',
        files: { "a.jsonl": jsonl(rows.map(({ id, answer }) => ({ id, answer }))) },
      });
      await ok(dir, "eval run e");
      await ok(dir, "eval report base --inspect base.json");
      await rm(join(dir, "evaluations"), { recursive: true });
      await cp(CLINICAL, dir, { recursive: true });
      await promisify(execFile)(PYTHON, ["-c", REWRITE, join(dir, "base.json"), join(dir, "log.json")]);
      await ok(dir, "eval import log.json");
      const { report } = await complyShow(dir, { on: "2026-11-25" });
      const evidence = report.requirements
        .flatMap((requirement) => requirement.evidence)
        .filter(({ ref }) => ref?.startsWith("evaluations/"));
      expect(evidence.length).toBeGreaterThan(0);
      for (const { state, detail } of evidence) {
        expect(state).toBe("stale");
        expect(detail).toMatch(/on e, 5 items, .* from Inspect.*: no lock shows that its items are unchanged$/);
      }
    });
  },
);
