// Time and memory of `watch check` as a process of its own, over a month of stored requests: from 10,000 rows to --rows, ten
// times as many each time. The requests are made up and stored as an import stores them. Prints one table and one JSON line.
//
//     node bench/watch-growth.bench.mjs [--rows 1000000]
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { measuredCommand } from "./measured-command.mjs";

const { values } = parseArgs({ options: { rows: { type: "string", default: "100000" } }, strict: false });
const dist = new URL("../dist/", import.meta.url);
if (!existsSync(dist)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { storePart } = await import(new URL("programme/watch/store-part.js", dist).href);
const { hashedVector, vectorText } = await import(new URL("watch/hashed-vector.js", dist).href);
const { seededRandom } = await import(new URL("base/random.js", dist).href);
const print = (line) => process.stdout.write(`${line}\n`);

const DAYS = 30;
const PART = 50_000;
const START = Date.UTC(2026, 8, 1);
const TOPICS = ["my order", "the invoice", "a refund", "the camera", "a password", "opening hours", "delivery"];

function request(k, { random, rows }) {
  const words = `where is ${TOPICS[Math.floor(random() * TOPICS.length)]} number ${Math.floor(random() * 1e6)}`;
  return {
    id: `r${k}`,
    timeMs: Math.round(START + (k / rows) * DAYS * 86_400_000),
    user: `u${Math.floor((random() * rows) / 5)}`,
    model: "support-1",
    slice: null,
    promptCharacters: words.length,
    answerCharacters: Math.round(100 * Math.exp(random())),
    isRefusal: random() < 0.05,
    isJson: false,
    language: "en",
    latencySec: Math.exp(random() - 1),
    costUsd: (0.0004 + random() * 0.0002).toFixed(7),
    feedback: random() < 0.9 ? null : random() < 0.2 ? -1 : 1,
    vector: vectorText(hashedVector(words)),
  };
}

async function measure(rows) {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-growth-"));
  try {
    const folder = join(dir, ".tunewright/watch/traffic");
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(dir, "watch"));
    writeFileSync(
      join(dir, "watch/month.yaml"),
      "version: 1\nreference: { from: 2026-09-01, to: 2026-09-16 }\nbatch: day\n",
    );
    const random = seededRandom(1);
    for (let from = 0; from < rows; from += PART) {
      const size = Math.min(PART, rows - from);
      await storePart(
        folder,
        Array.from({ length: size }, (_, k) => request(from + k, { random, rows })),
        undefined,
      );
    }
    const isOk = (status) => status === 0 || status === 5; // 5: there are alarms
    const { wallSec, cpuSec, peakMb } = measuredCommand(["watch", "check", "month"], { cwd: dir, isOk });
    const peakMib = (peakMb * 1e6) / 2 ** 20;
    return { rows, wallSec, cpuSec, peakMib };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

print(`${"requests".padStart(10)}${"wall s".padStart(10)}${"CPU s".padStart(10)}${"peak MiB".padStart(10)}`);
const found = [];
for (let rows = 10_000; rows <= Number(values.rows); rows *= 10) {
  const measured = await measure(rows);
  print(
    `${String(rows).padStart(10)}${measured.wallSec.toFixed(1).padStart(10)}${measured.cpuSec.toFixed(1).padStart(10)}${measured.peakMib.toFixed(0).padStart(10)}`,
  );
  found.push(measured);
}
print(JSON.stringify(found));
