import { readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ROOT, runCli, runProcess } from "../cli/run-cli.ts";
import { hasModules } from "./python-modules.ts";

const python = process.env["TUNEWRIGHT_CROISSANT_PYTHON"] ?? "";
const why =
  "needs TUNEWRIGHT_CROISSANT_PYTHON: the python of a virtual environment with mlcroissant 1.1 and jsonschema[format] 4";

describe.skipIf(!hasModules(python, "mlcroissant", "jsonschema"))(
  `the lineage of a run, as others read it (${why})`,
  () => {
    let dir: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), "tunewright-croissant-"));
      await cp(join(ROOT, "test/fixtures/workspace/curation"), dir, { recursive: true });
      expect((await runCli(["data", "run"], { cwd: dir })).code).toBe(0);
    });
    afterAll(() => rm(dir, { recursive: true }));

    test("is valid Croissant, and the reference reader reads the rows by it", async () => {
      const words = ["--url", "https://example.com/d", "--creator", "Example", "--published", "2026-11-25"];
      expect((await runCli(["data", "lineage", "--croissant", "croissant.json", ...words], { cwd: dir })).code).toBe(0);
      const script = `
import json, mlcroissant
dataset = mlcroissant.Dataset("croissant.json")
print(json.dumps([{name: value and value.decode() for name, value in row.items()} for row in dataset.records("row")]))`;
      const read = await runProcess(python, ["-c", script], { cwd: dir });
      expect(read.code, read.stderr).toBe(0);
      const rows = JSON.parse(read.stdout) as unknown[];
      expect(rows).toHaveLength(12);
      expect(rows[0]).toEqual({
        "row/prompt": "Ticket 0: my parcel has not come.",
        "row/completion": "We are sorry. Parcel 0 is on its way.",
      });
    });

    /** Holds each event against the schema of OpenLineage, and each facet against that which its `_schemaURL` names. */
    const script = `
import json, pathlib, sys
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
folder, events = sys.argv[1:]
schemas = [json.loads(path.read_text()) for path in pathlib.Path(folder).glob("*.json")]
registry = Registry().with_resources([(each["$id"], Resource.from_contents(each)) for each in schemas])
def errors(value, url):
    validator = Draft202012Validator({"$ref": url}, registry=registry, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
found, facets = [], 0
for line in open(events):
    event = json.loads(line)
    found += errors(event, event["schemaURL"])
    datasets = event["inputs"] + event["outputs"]
    groups = [event["run"]["facets"], event["job"]["facets"]]
    groups += [each.get(kind, {}) for each in datasets for kind in ("facets", "inputFacets", "outputFacets")]
    for group in groups:
        for facet in group.values():
            facets += 1
            found += errors(facet, facet["_schemaURL"])
print(json.dumps({"errors": found, "facets": facets}))`;

    const held = async (file: string): Promise<{ errors: string[]; facets: number }> => {
      const checked = await runProcess(python, ["-c", script, join(ROOT, "test/fixtures/openlineage"), file], {
        cwd: dir,
      });
      expect(checked.code, checked.stderr).toBe(0);
      return JSON.parse(checked.stdout) as { errors: string[]; facets: number };
    };

    test("is valid OpenLineage 2-0-2, each facet by its own schema", async () => {
      expect((await runCli(["data", "lineage", "--openlineage", "events.ndjson"], { cwd: dir })).code).toBe(0);
      const { errors, facets } = await held("events.ndjson");
      expect(errors).toEqual([]);
      expect(facets).toBeGreaterThan(20);
      // The schemas are really applied: without a job, with a row count that is none, and with a wrong id.
      const [first, second] = readFileSync(join(dir, "events.ndjson"), "utf8").split("\n");
      const broken = [
        first!.replace(/"name":"data\.read",/, ""),
        second!.replace(/"runId":"[^"]+"/, '"runId":"no uuid"').replace(/"rowCount":\d+/, '"rowCount":"many"'),
      ];
      writeFileSync(join(dir, "broken.ndjson"), broken.join("\n"));
      expect((await held("broken.ndjson")).errors).toEqual([
        expect.stringContaining("'name' is a required property") as string,
        expect.stringContaining("is not a 'uuid'") as string,
        expect.stringContaining("'many' is not of type 'integer'") as string,
      ]);
    });
  },
);
