// Writes src/catalog/data/kernels/ from the kernel times of the Python package aiconfigurator-core (NVIDIA, Apache-2.0):
//   pip download --no-deps aiconfigurator-core==0.12.0 && unzip -d WHEEL aiconfigurator_core-*.whl
//   node scripts/distil-kernels.mjs WHEEL
// Each cell is a published row at a node of a grid (the median of its repeats), in microseconds to three digits.
// It then rebuilds dist/ and holds the interpolation against every published row; errors.csv keeps what it finds.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { DuckDBInstance } from "@duckdb/node-api";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join(ROOT, "src/catalog/data/kernels");
const PACKAGE = "aiconfigurator-core 0.12.0 (NVIDIA, Apache-2.0, PyPI), read 2026-11-25";

/** Systems of the package by GPU of the catalogue. */
const SYSTEMS = {
  "A100-80GB-SXM": "a100_sxm",
  "H100-80GB-SXM": "h100_sxm",
  "H200-141GB-SXM": "h200_sxm",
  B200: "b200_sxm",
  B300: "b300_sxm",
  GB200: "gb200",
  GB300: "gb300",
  L40S: "l40s",
  "RTX-PRO-6000-Server": "rtx_pro_6000_server",
};

/** SGLang's runs cover every system with one method and never outrun the best rates measured elsewhere by much. */
const SGLANG = (system) => (system === "a100_sxm" ? "sglang/0.5.10" : "sglang/0.5.14");

/** Formats by name in the package; `from` where SGLang has none: [system, engine]. */
const FORMATS = [
  { precision: "bf16", dtype: "bfloat16" },
  { precision: "fp8", dtype: "fp8" },
  {
    precision: "fp8-block",
    dtype: "fp8_block",
    from: { l40s: "trtllm/1.3.0rc20", rtx_pro_6000_server: "trtllm/1.3.0rc20" },
  },
  { precision: "nvfp4", dtype: "nvfp4" },
  { precision: "int8-weights", dtype: "int8_wo", from: { a100_sxm: "trtllm/1.0.0", h100_sxm: "sglang/0.5.6.post2" } },
  { precision: "int4-weights", dtype: "int4_wo", from: { a100_sxm: "trtllm/1.0.0" } },
];

const GEMM_NODES = {
  m: [1, 8, 16, 17, 32, 64, 65, 128, 129, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
  nk: [32, 128, 512, 1024, 2048, 4096, 6144, 8192, 12288, 16384, 65536],
};

const wheel = process.argv[2];
if (wheel === undefined) throw new Error("expected the path of the unzipped wheel");
const connection = await (await DuckDBInstance.create(":memory:")).connect();

/** Rows of a table of the package as arrays, or none where the package lacks the file. */
async function rowsOf(file, sql) {
  const path = join(wheel, "aiconfigurator_core/systems/data", file);
  if (!existsSync(path)) return [];
  return (await connection.runAndReadAll(sql(`'${path}'`))).getRowObjectsJson();
}

/** Every published matrix product of one system, times in microseconds. */
async function gemmRows(system) {
  const all = [];
  for (const { precision, dtype, from = {} } of FORMATS) {
    const engine = from[system] ?? SGLANG(system);
    const rows = await rowsOf(
      `${system}/gemm/${engine}/gemm_perf.parquet`,
      (path) => `select m::int m, n::int n, k::int k, median(latency) * 1000 us from ${path}
                 where gemm_dtype = '${dtype}' group by all`,
    );
    all.push(...rows.map((row) => ({ ...row, precision, engine })));
  }
  return all;
}

const digits = (value) => String(Number(value.toPrecision(3)));

function writeTable({ kind, gpu, note }, header, lines) {
  mkdirSync(join(TARGET, kind), { recursive: true });
  const head = `# ${note}\n# ${PACKAGE}, systems/data/${SYSTEMS[gpu]}\n`;
  writeFileSync(
    join(TARGET, kind, `${gpu}.csv`),
    `${head}${header.join(",")}\n${lines.map((line) => `${line.join(",")}\n`).join("")}`,
  );
}

/** Lines of one table: a line per combination of the row keys, a cell per node of the last axis. */
function linesOf(rows, keys, { across, nodes }) {
  const cells = new Map(rows.map((row) => [[...keys.map((key) => row[key]), row[across]].join(), row.us]));
  const lines = new Map(rows.map((row) => keys.map((key) => row[key])).map((line) => [line.join(), line]));
  const order = (a, b) => {
    const at = a.findIndex((each, index) => each !== b[index]);
    return at === -1 ? 0 : typeof a[at] === "number" ? a[at] - b[at] : 0;
  };
  return [...lines.values()].toSorted(order).map((line) => [
    ...line,
    ...nodes.map((node) => {
      const us = cells.get([...line, node].join());
      return us === undefined ? "" : digits(us);
    }),
  ]);
}

function writeGemm(gpu, rows) {
  const { m, nk } = GEMM_NODES;
  const kept = rows.filter((row) => m.includes(row.m) && nk.includes(row.n) && nk.includes(row.k));
  const engines = [...new Set(rows.map((row) => `${row.precision} ${row.engine}`))].join(", ");
  const lines = FORMATS.flatMap(({ precision }) =>
    linesOf(
      kept.filter((row) => row.precision === precision),
      ["precision", "m", "k"],
      { across: "n", nodes: nk },
    ),
  );
  const note = `Matrix products m x k by k x n, microseconds by n: ${engines}`;
  writeTable({ kind: "gemm", gpu, note }, ["precision", "m", "k", ...nk], lines);
}

const measured = new Map();
for (const [gpu, system] of Object.entries(SYSTEMS)) {
  const gemm = await gemmRows(system);
  writeGemm(gpu, gemm);
  measured.set(gpu, { gemm });
}

if (spawnSync(process.execPath, [join(ROOT, "scripts/build.mjs")], { stdio: "inherit" }).status !== 0) process.exit(1);
const { gemmSec } = await import("../dist/catalog/kernel-times.js");
const { findGpu } = await import("../dist/catalog/gpus.js");

/** Shapes that models of a billion weights and more have: wide factors, token counts that tile. */
const isModelShape = ({ m, n, k }) => n >= 1024 && k >= 1024 && (m % 16 === 0 || m < 16);

/** Median and p90 of |interpolated - published| / published, in per cent. */
function errorsOf(rows, secOf) {
  const errors = rows.map((row) => Math.abs((secOf(row) * 1e6) / row.us - 1)).toSorted((a, b) => a - b);
  const at = (share) => (100 * errors[Math.floor(share * (errors.length - 1))]).toFixed(1);
  return [rows.length, at(0.5), at(0.9)];
}

const errorLines = [];
const addErrors = (names, rows, { secOf, isUsual }) => {
  if (rows.length === 0) return;
  const line = [...names, ...errorsOf(rows, secOf), ...errorsOf(rows.filter(isUsual), secOf).slice(1)];
  errorLines.push(line);
  console.log(line.join("  "));
};

for (const [gpuId, { gemm }] of measured) {
  const gpu = findGpu(gpuId);
  for (const { precision } of FORMATS) {
    const rows = gemm.filter((row) => row.precision === precision);
    addErrors(["gemm", gpuId, precision], rows, {
      secOf: ({ m, n, k }) => gemmSec({ gpu, precision, m, n, k }).sec,
      isUsual: isModelShape,
    });
  }
}

writeFileSync(
  join(TARGET, "errors.csv"),
  `# Interpolated against published times, every row of the package: |error| in per cent; usual_* of shapes that models have\n# ${PACKAGE}\n${["kernel,gpu,table,rows,median,p90,usual_median,usual_p90", ...errorLines.map((line) => line.join())].join("\n")}\n`,
);
