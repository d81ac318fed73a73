import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { withFileLock } from "../../src/remote/run-lock.ts";
import { runHere } from "../cli/run-here.ts";
import { longTest } from "../long-suite.ts";

const folders: string[] = [];
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-two-"));
  folders.push(dir);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const COUNT = 8;
const each = Array.from({ length: COUNT }, (_, number) => number);

const MEASURED =
  "id,source_group,model,method,precision,lora_rank,lora_targets,gpu,gpu_mem_gb,n_gpus,parallelism,seq_len,micro_batch,grad_ckpt,attention,stack,memory_kind,packing,peak_mem_gib,tokens_per_s_per_gpu,notes\n";
const measured = (number: number): string =>
  `${MEASURED}run-${number},lab,mistralai/Mistral-7B-v0.1,lora,bf16,16,q_proj k_proj,A100,80,1,none,4096,${number + 1},yes,flash,hf-trl,allocated,full-length,${20 + number},,\n`;

describe("several processes at once", () => {
  longTest("plan calibrate: no measured run is lost", async () => {
    for (const number of each) writeFileSync(join(dir, `my-${number}.csv`), measured(number));
    const ran = await Promise.all(
      each.map((number) => runHere(["plan", "calibrate", `my-${number}.csv`], { cwd: dir })),
    );
    expect(ran.map(({ code }) => code)).toEqual(each.map(() => 0));
    const { rows } = JSON.parse(readFileSync(join(dir, "calibration.json"), "utf8")) as { rows: unknown[] };
    expect(rows).toHaveLength(COUNT);
  });

  test("prices import: no price is lost", async () => {
    for (const number of each) {
      const csv = `gpu,term,usd_per_gpu_hour\nH100-80GB-SXM,on-demand,${(3 + number / 10).toFixed(2)}\n`;
      writeFileSync(join(dir, `list-${number}.csv`), csv);
    }
    const ran = await Promise.all(
      each.map((number) =>
        runHere(["prices", "import", `list-${number}.csv`, "--seller", `seller-${number}`, "--yes"], { cwd: dir }),
      ),
    );
    expect(ran.map(({ code }) => code)).toEqual(each.map(() => 0));
    for (const number of each) expect(readFileSync(join(dir, "prices.csv"), "utf8")).toContain(`seller-${number}`);
  });

  test("data dedup --index: each import is in the index, or refused", async () => {
    for (const number of each) {
      const rows = [0, 1, 2].map((row) => JSON.stringify({ text: `file ${number} has its own words in row ${row}` }));
      writeFileSync(join(dir, `in-${number}.jsonl`), rows.join("\n"));
    }
    const line = (number: number): string[] =>
      `data dedup in-${number}.jsonl --text-field text --index seen.index --out out-${number}.jsonl`.split(" ");
    const ran = await Promise.all(each.map((number) => runHere(line(number), { cwd: dir })));
    expect(ran.some(({ code }) => code === 0)).toBe(true);
    for (const [number, { code, stderr }] of ran.entries()) {
      expect([0, 2]).toContain(code);
      if (code === 2) expect(stderr).toMatch(/seen\.index is being changed: process \d+/);
      const again = await runHere(
        ["data", "dedup", `in-${number}.jsonl`, "--text-field", "text", "--index", "seen.index", "--json"],
        { cwd: dir },
      );
      const { files } = JSON.parse(again.stdout) as { files: { rowsKept: number }[] };
      expect(files[0]!.rowsKept, `import ${number} ended with ${code}`).toBe(code === 0 ? 0 : 3);
    }
  });
});

test("an import whose end was not seen is not replaced by nothing when it is run again", async () => {
  const rows = ["one two three four", "five six seven eight"].map((text) => JSON.stringify({ text }));
  writeFileSync(join(dir, "in.jsonl"), rows.join("\n"));
  const line = "data dedup in.jsonl --text-field text --index seen.index --out out.jsonl --yes".split(" ");
  expect((await runHere(line, { cwd: dir })).code).toBe(0);
  const written = readFileSync(join(dir, "out.jsonl"), "utf8");
  const again = await runHere(line, { cwd: dir });
  expect(again).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("in.jsonl was already imported into") as string,
  });
  expect(readFileSync(join(dir, "out.jsonl"), "utf8")).toBe(written);
  expect(written.trimEnd().split("\n")).toHaveLength(2);
});

longTest(
  "a lock on a file is waited for so long and no longer, and one of a process that ended is taken over",
  async () => {
    const path = join(dir, "a.json");
    const order: number[] = [];
    await Promise.all(each.map((number) => withFileLock(path, 60, () => Promise.resolve(order.push(number)))));
    expect(order.toSorted((a, b) => a - b)).toEqual(each);
    await withFileLock(path, 0, async () => {
      await expect(withFileLock(path, 0.1, () => Promise.resolve())).rejects.toThrow(`${path} is being changed`);
    });
    writeFileSync(join(dir, ".a.json.lock"), JSON.stringify({ host: "other", pid: 1 }));
    await expect(withFileLock(path, 0, () => Promise.resolve())).rejects.toThrow("process 1 on other");
  },
);
