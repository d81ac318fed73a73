// What a durable write costs on this disk: 4 KiB, then fdatasync, one after another, as a commit of SQLite or PostgreSQL
// does. First each write makes the file longer, then the same file is overwritten. Prints milliseconds.
//   node bench/tracking/fsync.mjs [FOLDER] [--times 1000]
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [place = tmpdir()] = process.argv.slice(2).filter((word) => !/^(?:--times|\d+)$/.test(word));
const times = process.argv.includes("--times") ? Number(process.argv[process.argv.indexOf("--times") + 1]) : 1000;
const folder = mkdtempSync(join(place, "tunewright-fsync-"));
const file = openSync(join(folder, "log"), "w");
const page = Buffer.alloc(4096, 1);

function measured() {
  const taken = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    writeSync(file, page, 0, page.length, time * page.length);
    fdatasyncSync(file);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  const quantile = (share) => Number(taken[Math.floor(times * share)].toFixed(3));
  return { p50Ms: quantile(0.5), p90Ms: quantile(0.9), p99Ms: quantile(0.99) };
}

const result = { times, longer: measured(), overwritten: measured() };
closeSync(file);
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(result)}\n`);
