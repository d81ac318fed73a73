// Hand-written code compared with the libraries that do the same: megabytes or thousands of calls per second of the
// CPU, the best of five runs after one that warms up, and whether both give the same. A library that is not installed is
// passed over; none is a dependency for this:
//   npm install --no-save stream-json ibantools robots-parser lz4js merkletreejs jstat
//   node bench/written-here.bench.mjs [--json] [--python PYTHON]
// With a Python that has SciPy, Student's quantiles of both are also compared with SciPy's.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, python: { type: "string" } },
  strict: false,
});
const load = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const peer = async (name) => import(name).catch(() => undefined);
const rows = [];

/** Work per CPU second, best of five. */
async function speed(amount, work) {
  await work();
  let best = 0;
  for (let run = 0; run < 5; run++) {
    const used = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(used);
    best = Math.max(best, amount / ((user + system) / 1e6));
  }
  return best;
}

async function compare(...row) {
  const [what, unit, amount, ours, library, theirs, note] = row;
  const own = await speed(amount, ours);
  const other = theirs === undefined ? undefined : await speed(amount, theirs);
  const round = (value) => (value === undefined ? null : Number(value.toPrecision(3)));
  rows.push({ what, unit, ours: round(own), library, theirs: round(other), note });
}

const chunks = async function* (bytes, size = 4 * 2 ** 20) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

// CSV: 20 MB, a quoted field in each row.
{
  const { readCsv } = await load("tables/read-csv.js");
  const { READ_LIMITS } = await load("tables/limits.js");
  const line = (index) =>
    `${index},"a question of some words, quoted ${index}",an answer without quotes ${index},0.5\n`;
  const text = Buffer.from(
    `id,question,answer,score\n${Array.from({ length: 220_000 }, (_, index) => line(index)).join("")}`,
  );
  const library = await peer("csv-parse");
  await compare(
    "CSV rows as JSON",
    "MB/CPU s",
    text.length / 1e6,
    async () => {
      for await (const block of readCsv(chunks(text), { ...READ_LIMITS, path: "x.csv", delimiter: "," })) void block;
    },
    "csv-parse",
    library &&
      (async () => {
        const stream = Readable.from(chunks(text)).pipe(library.parse({ columns: true }));
        for await (const row of stream) JSON.stringify(row);
      }),
    "ours: line of every row, bad rows kept apart",
  );
}

// One JSON array: 20 MB.
{
  const { readJsonArray } = await load("tables/read-json-array.js");
  const { READ_LIMITS } = await load("tables/limits.js");
  const text = Buffer.from(
    `[\n${Array.from({ length: 150_000 }, (_, index) => JSON.stringify({ id: index, question: `what is ${index}, or "that"?`, answer: "some words and more of them, to fill a line up", score: 0.5 })).join(",\n")}\n]`,
  );
  const library = await peer("stream-json/streamers/stream-array.js");
  await compare(
    "rows of one JSON array",
    "MB/CPU s",
    text.length / 1e6,
    async () => {
      for await (const item of readJsonArray(chunks(text), { ...READ_LIMITS, path: "x.json" })) void item;
    },
    "stream-json",
    library &&
      (async () => {
        const make = library.streamArray ?? library.default;
        const stream = Readable.from(chunks(text, 65_536)).pipe(make.withParserAsStream());
        for await (const row of stream) JSON.stringify(row.value);
      }),
    "ours: line of every row, a broken one does not end the reading",
  );
}

// IBAN: the check of a candidate.
{
  const { iban } = await load("curate/pii/recognisers/iban.js");
  const library = await peer("ibantools");
  const known = [
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
  ];
  const all = Array.from({ length: 100_000 }, (_, index) => known[index % 4].replace(/\d$/, String(index % 10)));
  const valid = all.filter((text) => iban.validate(text)).length;
  const theirs = library && all.filter((text) => library.isValidIBAN(text)).length;
  await compare(
    "IBAN checks",
    "1,000/CPU s",
    100,
    () => all.forEach((text) => iban.validate(text)),
    "ibantools",
    library && (() => all.forEach((text) => library.isValidIBAN(text))),
    `valid: ours ${valid}, theirs ${theirs ?? "not run"}; ours also finds them in text`,
  );
}

// robots.txt: 200 groups of rules for crawlers of training data.
{
  const { robotsTxt } = await load("curate/rights/signals/robots-txt.js");
  const library = await peer("robots-parser");
  const text = Array.from(
    { length: 200 },
    (_, index) => `User-agent: bot${index}\nDisallow: /private/${index}/*\nAllow: /private/${index}/open\n`,
  ).join("\n");
  const page = { url: "https://example.org/private/7/page", path: "/private/7/page" };
  await compare(
    "robots.txt of one page, 200 groups",
    "1,000/CPU s",
    0.3,
    () => {
      for (let run = 0; run < 300; run++) robotsTxt(text, page);
    },
    "robots-parser",
    library &&
      (() => {
        for (let run = 0; run < 300; run++) {
          const robots = library.default("https://example.org/robots.txt", text);
          for (let agent = 0; agent < 40; agent++) robots.isAllowed(page.url, `bot${agent}`);
        }
      }),
    "ours: all crawlers of training data at once, Content-Usage and Content-Signal, the line that decides",
  );
}

// LZ4 frames: 30 MB of text.
{
  const { lz4Frame } = await load("tables/lz4-frame.js");
  const { xxhash32 } = await load("base/xxhash.js");
  const library = await peer("lz4js");
  if (library !== undefined) {
    const lz4 = library.default ?? library;
    const plain = Buffer.from(
      Array.from(
        { length: 400_000 },
        (_, index) => `row ${index % 977} of some table, with words ${index % 13}\n`,
      ).join(""),
    );
    const packed = lz4.compress(plain);
    const hasher = await xxhash32();
    const hash = (bytes) => Number.parseInt(hasher.init().update(bytes).digest("hex"), 16);
    if (Buffer.compare(lz4Frame(packed, 2 ** 30, hash), Buffer.from(lz4.decompress(packed))) !== 0)
      throw new Error("lz4");
    await compare(
      "LZ4 frames",
      "MB/CPU s",
      plain.length / 1e6,
      () => lz4Frame(packed, 2 ** 30, hash),
      "lz4js",
      () => lz4.decompress(packed),
      "ours: checksums verified, bounded output",
    );
  }
}

// Merkle roots: 20,000 leaves.
{
  const { merkleRoot } = await load("ledger/merkle.js");
  const library = await peer("merkletreejs");
  const leaves = Array.from({ length: 20_000 }, (_, index) => Buffer.from(`entry ${index}`));
  const sha256 = (data) => createHash("sha256").update(data).digest();
  await compare(
    "Merkle root",
    "1,000 leaves/CPU s",
    20,
    () => merkleRoot(leaves),
    "merkletreejs",
    library && (() => new (library.MerkleTree ?? library.default.MerkleTree)(leaves.map(sha256), sha256).getRoot()),
    "ours: RFC 6962, leaves and nodes hashed apart, consistency proofs",
  );
}

// Student's quantiles against jStat: largest difference.
{
  const { studentQuantile, betaQuantile } = await load("statistics/distributions.js");
  const library = await peer("jstat");
  const cases = Array.from({ length: 2000 }, (_, index) => [0.5 + (index + 1) / 4002, 1 + (index % 60)]);
  const jstat = library?.default ?? library;
  const theirs = jstat && cases.map(([p, degrees]) => jstat.studentt.inv(p, degrees));
  const own = cases.map(([p, degrees]) => studentQuantile(p, degrees));
  const program =
    "import json,sys\nfrom scipy.stats import t\njson.dump([float(t.ppf(p,d)) for p,d in json.load(sys.stdin)],sys.stdout)";
  const scipy =
    values.python && JSON.parse(execFileSync(values.python, ["-c", program], { input: JSON.stringify(cases) }));
  const largest = (some, others) =>
    some && others
      ? Math.max(
          ...some.map((value, index) => Math.abs(value / others[index] - 1)).filter(Number.isFinite),
        ).toExponential(1)
      : "not run";
  await compare(
    "Student and beta quantiles",
    "1,000/CPU s",
    4,
    () => cases.forEach(([p, degrees]) => (studentQuantile(p, degrees), betaQuantile(p, degrees, 3))),
    "jstat",
    jstat && (() => cases.forEach(([p, degrees]) => (jstat.studentt.inv(p, degrees), jstat.beta.inv(p, degrees, 3)))),
    `largest relative difference of Student's: from jstat ${largest(own, theirs)}; from SciPy ours ${largest(own, scipy)}, jstat ${largest(theirs, scipy)}`,
  );
}

const text = (value) => (value === null ? "not installed" : String(value));
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  process.stdout.write(
    `${"what".padEnd(36)}${"unit".padEnd(20)}${"ours".padStart(8)}${"library".padStart(20)}${"theirs".padStart(15)}  note\n`,
  );
  for (const row of rows)
    process.stdout.write(
      `${row.what.padEnd(36)}${row.unit.padEnd(20)}${text(row.ours).padStart(8)}${row.library.padStart(20)}${text(row.theirs).padStart(15)}  ${row.note}\n`,
    );
}
