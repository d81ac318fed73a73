// Accuracy of finding personal data in public labelled sets, in one run with Presidio, and with other builds of this
// project: precision, recall and F2 at intersection over union of 0.75, any kind, without organisations, as the shared
// peers score it (../shared/peers/curation/pii_score.py); of WNUT, in which only names are labelled, read the last two. Presidio runs with a small English model, so it is not asked
// about Spanish texts. Each tool runs with its own settings; nothing is tuned to a set here.
//
//     node bench/redaction-peers.bench.mjs --python VENV/bin/python [--other DIR ...]
//
// VENV: ../shared/peers/curation/requirements.txt. DIR: another checkout of this project with its dist/ built, to see
// what a change did to the same texts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { python: { type: "string" }, other: { type: "string", multiple: true, default: [] } },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const peers = join(root, "../shared/peers/curation");
const data = join(root, "../shared/data/curation/pii");
const python = values.python ?? "python3";
const print = (line) => process.stdout.write(`${line}\n`);
for (const path of [join(root, "dist/cli/main.js"), peers, data]) {
  if (existsSync(path)) continue;
  process.stderr.write(`${path} does not exist: run npm run build, and put the shared data next to the project\n`);
  process.exit(1);
}

/** Sentences of WNUT 2017 with their people and places; products and works are not personal data. */
function noisyTexts() {
  const kinds = { person: "PERSON", location: "LOCATION", corporation: "ORGANIZATION", group: "ORGANIZATION" };
  return readFileSync(join(data, "wnut17_test_annotated.tsv"), "utf8")
    .split(/\n\s*\n/)
    .map((block) => {
      let text = "";
      const spans = [];
      for (const line of block.split("\n").filter((each) => each.includes("\t"))) {
        const [word, label] = line.split("\t").map((each) => each.trim());
        if (text !== "") text += " ";
        const [position, kind] = label.split("-", 1).concat(kinds[label.slice(2)]);
        const start = Array.from(text).length; // the peers count code points
        text += word;
        const end = Array.from(text).length;
        if (kind === undefined) continue;
        if (position === "I" && spans.length > 0) spans.at(-1).end_position = end;
        else spans.push({ start_position: start, end_position: end, entity_type: kind });
      }
      return { full_text: text, spans };
    })
    .filter(({ full_text: text }) => text !== "");
}

/** Spanish clinical cases; ages and sexes, which Safe Harbor keeps, and family members without a name are left out. */
function clinicalCases() {
  const kinds = { FECHAS: "DATE_TIME", HOSPITAL: "ORGANIZATION", INSTITUCION: "ORGANIZATION", CALLE: "LOCATION" };
  const left = new Set(["EDAD_SUJETO_ASISTENCIA", "SEXO_SUJETO_ASISTENCIA", "FAMILIARES_SUJETO_ASISTENCIA"]);
  return readFileSync(join(data, "meddocan_dev.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { text, spans } = JSON.parse(line);
      const points = (unit) => Array.from(text.slice(0, unit)).length;
      return {
        full_text: text,
        spans: spans
          .filter(({ entity_type: kind }) => !left.has(kind))
          .map(({ start, end, entity_type: kind }) => ({
            start_position: points(start),
            end_position: points(end),
            entity_type: kinds[kind] ?? kind,
          })),
      };
    });
}

const SETS = [
  ["synth v2", JSON.parse(readFileSync(join(data, "presidio_synth_dataset_v2.json"), "utf8")), "en"],
  ["WNUT 2017 test", noisyTexts(), "en"],
  ["MEDDOCAN dev", clinicalCases(), "es"],
];

function ran(command, args, output) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${basename(command)} ${args[0]}: ${(stderr || String(error)).trim().slice(-300)}`);
  if (output !== undefined) writeFileSync(output, stdout);
  return stdout;
}

const folder = mkdtempSync(join(tmpdir(), "tunewright-peers-"));
const results = [];
try {
  print(
    `${"set".padEnd(16)}${"tool".padEnd(34)}${["texts", "known", "found", "right", "P", "R", "F2", "person P", "person R"].map((name) => name.padStart(10)).join("")}`,
  );
  for (const [set, items, language] of SETS) {
    const [json, jsonl, spans] = ["set.json", "set.jsonl", "spans.ndjson"].map((name) => join(folder, name));
    writeFileSync(json, JSON.stringify(items));
    writeFileSync(jsonl, items.map(({ full_text: text }) => `${JSON.stringify({ text })}\n`).join(""));
    const own = (dir) => () =>
      ran(
        process.execPath,
        [join(dir, "dist/cli/main.js"), "data", "redact", jsonl, "--text-field", "text", "--spans", "--json"],
        spans,
      );
    const tools = [
      ["tunewright", own(root)],
      ...values.other.map((dir) => [`tunewright at ${basename(resolve(dir))}`, own(resolve(dir))]),
    ];
    if (language === "en" && values.python !== undefined)
      tools.push([
        "presidio, small model",
        () => ran(python, [join(peers, "pii_peer.py"), "--in", json, "--spans", spans]),
      ]);
    for (const [tool, find] of tools) {
      find();
      const scored = ran(python, [join(peers, "pii_score.py"), "--in", json, "--spans", spans]);
      const { mapped, per_entity: byEntity } = JSON.parse(scored.trim().split("\n").at(-1));
      const cells = [
        items.length,
        mapped.gold,
        mapped.predicted,
        mapped.tp,
        mapped.P,
        mapped.R,
        mapped.F2,
        byEntity.PERSON?.P,
        byEntity.PERSON?.R,
      ];
      print(`${set.padEnd(16)}${tool.padEnd(34)}${cells.map((cell) => String(cell).padStart(10)).join("")}`);
      results.push({ set, tool, texts: items.length, ...mapped, person: byEntity.PERSON, location: byEntity.LOCATION });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
print(JSON.stringify({ benchmark: "redaction-peers", results }));
