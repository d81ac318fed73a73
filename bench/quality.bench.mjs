// Speed of the quality rules. One process, one core, rows in memory: MB of text per CPU second, by
// profile and kind of rows. `node bench/quality.bench.mjs [--dist FOLDER ...]`: builds side by side, in turn
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { writeChatRows } from "./chat-rows.mjs";

const { values } = parseArgs({
  options: { dist: { type: "string", multiple: true }, rounds: { type: "string" }, kind: { type: "string" } },
  strict: false,
});
const root = fileURLToPath(new URL("..", import.meta.url));
const shared = join(root, "../shared/data/curation");
const dists = values.dist ?? [join(root, "dist")];

function rowsOf(name) {
  const path = join(shared, name);
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  if (name.includes(".jsonl")) {
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
  return JSON.parse(text);
}

function chatRows() {
  const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
  try {
    writeChatRows(join(folder, "rows.jsonl"), { rows: 3000 });
    return readFileSync(join(folder, "rows.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const code = [
  ...rowsOf("decontam/mbpp.jsonl").map((row) => [row.text, row.code]),
  ...rowsOf("decontam/HumanEval.jsonl.gz").map((row) => [row.entry_point, row.prompt + row.canonical_solution]),
].map(([prompt, answer]) => ({ prompt, completion: `\`\`\`python\n${answer}\n\`\`\`` }));

const KINDS = {
  "chat rows, generated words": chatRows(),
  "preferences and dialogues of models": [
    ...rowsOf("formats/llamafactory_dpo_en_demo_sharegpt.json.gz"),
    ...rowsOf("formats/llamafactory_kto_en_demo.json.gz"),
    ...rowsOf("formats/llamafactory_v1_sft_demo.jsonl"),
  ],
  "mathematics (GSM8K train)": rowsOf("decontam/gsm8k_train.jsonl.gz"),
  "code (MBPP, HumanEval)": code,
  "clinical notes in Spanish": rowsOf("pii/meddocan_dev.jsonl").map(({ text }) => ({ text })),
};

for (const [kind, fields] of Object.entries(KINDS)) {
  if (values.kind !== undefined && !kind.includes(values.kind)) continue;
  if (fields.length === 0) continue;
  const rows = fields.map((each, index) => ({ id: String(index), source: "s", line: index + 1, fields: each }));
  const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(JSON.stringify(row.fields)), 0);
  const profiles = kind.startsWith("clinical") ? ["gopher", "c4", "fineweb"] : ["chat", "gopher"];
  for (const profile of profiles) {
    for (const dist of dists) {
      const load = (name) => import(pathToFileURL(join(dist, name)).href);
      const { qualityStage } = await load("curate/quality/quality-stage.js");
      const { QualityOptions } = await load("domain/quality.js");
      const options = QualityOptions.parse({ profile });
      let best = Infinity;
      let dropped = 0;
      for (let round = 0; round < Number(values.rounds ?? 3); round++) {
        const before = process.cpuUsage();
        ({ length: dropped } = (await qualityStage.run(rows, options)).dropped);
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1e6);
      }
      const speed = (bytes / 1e6 / best).toFixed(1);
      process.stdout.write(`${kind}\t${profile}\t${rows.length} rows\t${dropped} dropped\t${speed} MB/s\t${dist}\n`);
    }
  }
}
