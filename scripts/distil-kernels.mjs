// Writes src/catalog/data/kernels/ from the kernel times of the Python package aiconfigurator-core (NVIDIA, Apache-2.0):
//   pip download --no-deps aiconfigurator-core==0.12.0 && unzip -d WHEEL aiconfigurator_core-*.whl
//   node scripts/distil-kernels.mjs WHEEL
// Each cell is a published row at a node of a grid (the median of its repeats), in microseconds to three digits.
// It then rebuilds dist/ and holds the interpolation against every published row; errors.csv keeps what it finds.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { digits, MEASURED, PACKAGE, rebuilt, rowsOf, SYSTEMS, TARGET } from "./kernels/package.mjs";

/** SGLang's runs cover every system with one method and never outrun the best rates measured elsewhere by much. */
const SGLANG = (system) => (system === "a100_sxm" ? "sglang/0.5.10" : "sglang/0.5.14");

/** Formats by name in the package. */
const FORMATS = [
  { precision: "bf16", dtype: "bfloat16" },
  { precision: "fp8", dtype: "fp8" },
  { precision: "nvfp4", dtype: "nvfp4" },
];

const WIDTHS = [32, 128, 512, 1024, 2048, 4096, 6144, 8192, 12288, 16384, 65536];

/** Nodes of each axis. Products are tiled by 16, 64 and 128 rows of m: one more row costs a tile. */
const NODES = {
  gemm: {
    m: [1, 8, 16, 17, 32, 64, 65, 128, 129, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
    n: WIDTHS,
    k: WIDTHS,
  },
  context: {
    group: [1, 4, 8, 32],
    streams: [1, 4, 16, 64, 256, 1024, 4096],
    tokens: [1, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
  },
  generation: {
    group: [1, 4, 8, 16, 64],
    streams: [1, 4, 16, 64, 256, 1024, 4096],
    tokens: [16, 128, 512, 1024, 2048, 4096, 8192, 32768, 131072],
  },
  contextLatent: {
    heads: [1, 4, 16, 64, 128],
    batch: [1, 4, 16, 64, 256],
    tokens: [1, 128, 512, 1024, 2048, 4096, 8192, 16384, 32768],
  },
  generationLatent: {
    heads: [1, 4, 16, 64, 128],
    batch: [1, 4, 16, 64, 256, 1024],
    tokens: [16, 128, 512, 2048, 8192, 32768, 131072],
  },
  collective: {
    gpus: [2, 4, 8],
    bytes: Array.from({ length: 11 }, (_, step) => 2 ** (9 + 2 * step)),
  },
};

/** Names of collectives in the package, and here. */
const OPERATIONS = {
  all_reduce: "all-reduce",
  all_gather: "all-gather",
  reduce_scatter: "reduce-scatter",
  alltoall: "all-to-all",
  custom: "custom-all-reduce",
};

/** Rows of a table of the package as arrays, or none if the package lacks the file. */
async function tableRows(file, sql) {
  const path = join(MEASURED, file);
  return existsSync(path) ? rowsOf(sql(`'${path}'`)) : [];
}

/** Every published matrix product of one system, times in microseconds. */
async function gemmRows(system) {
  const all = [];
  for (const { precision, dtype } of FORMATS) {
    const engine = SGLANG(system);
    const rows = await tableRows(
      `${system}/gemm/${engine}/gemm_perf.parquet`,
      (path) => `select m::int m, n::int n, k::int k, median(latency) * 1000 us from ${path}
                 where gemm_dtype = '${dtype}' group by all`,
    );
    all.push(...rows.map((row) => ({ ...row, table: precision, engine })));
  }
  return all;
}

/** NCCL and vLLM versions that were timed last on each system; GB200's later ones take twice as long on two GPUs as on four. */
const NCCL = (system) => (system === "a100_sxm" || system === "l40s" ? "2.27.3" : "2.29.2");
const VLLM = (system) => ({ a100_sxm: "0.14.0", gb200: "0.14.0", l40s: "0.22.0" })[system] ?? "0.24.0";

/** Tables of fewer rows cover one family of models and cannot be interpolated. */
const FEWEST_ROWS = 500;

/** Fastest published kernel of each attention shape, without a window: an engine would take it. */
async function attentionRows(system, kind) {
  const isContext = kind === "context";
  const format = isContext ? "attn_dtype" : "kv_cache_dtype";
  const file = `${system}/attention/${SGLANG(system)}/${kind}_attention_perf.parquet`;
  const described = await tableRows(file, (path) => `describe select * from ${path}`);
  const hasWindow = described.some((column) => column.column_name === "window_size");
  const rows = await tableRows(
    file,
    (
      path,
    ) => `select case ${format} when 'fp8' then 'fp8' else 'bf16' end || '-' || head_dim as table_name, head_dim::int d, batch_size::int b, (isl + step)::int tokens, num_heads::int h,
                      num_key_value_heads::int kv, min(latency) * 1000 us
               from ${path}
               where ${hasWindow ? "window_size = 0" : "true"} and ${isContext ? "attn_dtype = kv_cache_dtype" : "true"}
               group by all`,
  );
  const isWide = (name) => rows.filter((row) => row.table_name === name).length >= FEWEST_ROWS;
  const wide = new Set([...new Set(rows.map((row) => row.table_name))].filter(isWide));
  return rows
    .filter((row) => wide.has(row.table_name))
    .map((row) => ({
      ...row,
      table: row.table_name,
      group: row.h / row.kv,
      streams: row.b * (isContext ? row.h : row.kv),
    }));
}

/** Latent attention, as DeepSeek's models have it, by query heads of one GPU. */
async function latentRows(system, kind) {
  const engine = system === "a100_sxm" ? "trtllm/1.0.0" : "sglang/0.5.14";
  const rows = await tableRows(
    `${system}/mla/${engine}/${kind}_mla_perf.parquet`,
    (path) => `select case kv_cache_dtype when 'fp8' then 'fp8' else 'bf16' end table_name, num_heads::int heads,
                      batch_size::int batch, (isl + step)::int tokens, min(latency) * 1000 us from ${path} group by all`,
  );
  return rows.map((row) => ({ ...row, table: row.table_name }));
}

/** Collectives of one node: NCCL's in half precision, and vLLM's own all-reduce inside a CUDA graph. */
async function collectiveRows(system) {
  const nccl = await tableRows(
    `${system}/comm/nccl/${NCCL(system)}/nccl_perf.parquet`,
    (
      path,
    ) => `select op_name op, num_gpus::int gpus, (message_size * 2)::int bytes, median(latency) * 1000 us from ${path}
               where nccl_dtype = 'half' group by all`,
  );
  const custom = await tableRows(
    `${system}/comm/vllm/${VLLM(system)}/custom_allreduce_perf.parquet`,
    (path) => `select 'custom' op, num_gpus::int gpus, (message_size * 2)::int bytes, median(latency) * 1000 us
               from ${path} where backend = 'vllm_graph' group by all`,
  );
  return [...nccl, ...custom].map((row) => ({ ...row, table: OPERATIONS[row.op] }));
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

function writeTable({ kind, gpu, note }, header, lines) {
  mkdirSync(join(TARGET, kind), { recursive: true });
  const head = `# ${note}\n# ${PACKAGE}, systems/data/${SYSTEMS[gpu]}\n`;
  const text = lines.map((line) => `${line.join(",")}\n`).join("");
  writeFileSync(join(TARGET, kind, `${gpu}.csv`), `${head}${header.join(",")}\n${text}`);
}

/** Lines of a file: one per table and node of the axes down the rows, a cell per node of the axis across. */
function linesOf(rows, { keys, across, nodes }) {
  const cells = new Map();
  for (const row of rows) {
    const cell = [...keys.map((key) => row[key]), row[across]].join();
    cells.set(cell, [...(cells.get(cell) ?? []), row]);
  }
  const lines = new Map(rows.map((row) => keys.map((key) => row[key])).map((line) => [line.join(), line]));
  const order = (a, b) => {
    const place = a.findIndex((each, index) => each !== b[index]);
    return place === -1 ? 0 : typeof a[place] === "number" ? a[place] - b[place] : a[place].localeCompare(b[place]);
  };
  return [...lines.values()].toSorted(order).map((line) => [
    ...line,
    ...nodes.map((node) => {
      const its = cells.get([...line, node].join());
      return its === undefined ? "" : digits(median(its.map(({ us }) => us)));
    }),
  ]);
}

/** Writes the rows that lie on nodes: each cell is a published row, or the median of those of the same node. */
function writeGrid({ kind, gpu, note }, rows, { keys, across, nodes }) {
  const [, ...axes] = keys;
  const onNodes = rows.filter((row) => [...axes, across].every((axis) => nodes[axis].includes(row[axis])));
  const header = [...keys, ...nodes[across]];
  writeTable({ kind, gpu, note }, header, linesOf(onNodes, { keys, across, nodes: nodes[across] }));
}

const measured = new Map();
for (const [gpu, system] of Object.entries(SYSTEMS)) {
  const rows = {
    gemm: await gemmRows(system),
    context: await attentionRows(system, "context"),
    generation: await attentionRows(system, "generation"),
    contextLatent: await latentRows(system, "context"),
    generationLatent: await latentRows(system, "generation"),
    collective: await collectiveRows(system),
  };
  measured.set(gpu, rows);
  const engines = [...new Set(rows.gemm.map(({ table, engine }) => `${table} ${engine}`))].join(", ");
  const attention = `by query heads per key-value head and by parallel streams; ${SGLANG(system)}`;
  writeGrid({ kind: "gemm", gpu, note: `Matrix products m x k by k x n, us by n; ${engines}` }, rows.gemm, {
    keys: ["table", "m", "k"],
    across: "n",
    nodes: NODES.gemm,
  });
  writeGrid(
    {
      kind: "context-attention",
      gpu,
      note: `Causal attention over a prompt, us by tokens; streams are sequences x query heads, ${attention}`,
    },
    rows.context,
    { keys: ["table", "group", "streams"], across: "tokens", nodes: NODES.context },
  );
  writeGrid(
    {
      kind: "generation-attention",
      gpu,
      note: `Attention of one new token, us by tokens in the cache; streams are sequences x key-value heads, ${attention}`,
    },
    rows.generation,
    { keys: ["table", "group", "streams"], across: "tokens", nodes: NODES.generation },
  );
  const latent = system === "a100_sxm" ? "trtllm/1.0.0" : "sglang/0.5.14";
  writeGrid(
    { kind: "context-latent-attention", gpu, note: `Causal latent attention over a prompt, us by tokens; ${latent}` },
    rows.contextLatent,
    { keys: ["table", "heads", "batch"], across: "tokens", nodes: NODES.contextLatent },
  );
  writeGrid(
    {
      kind: "generation-latent-attention",
      gpu,
      note: `Latent attention of one new token, us by tokens in the cache; ${latent}`,
    },
    rows.generationLatent,
    { keys: ["table", "heads", "batch"], across: "tokens", nodes: NODES.generationLatent },
  );
  writeGrid(
    {
      kind: "collective",
      gpu,
      note: `Collectives of one node, us by bytes; NCCL ${NCCL(system)}, custom-all-reduce of vLLM ${VLLM(system)} in a CUDA graph`,
    },
    rows.collective,
    { keys: ["table", "gpus"], across: "bytes", nodes: NODES.collective },
  );
}

const [times, { findGpu }] = await rebuilt("catalog/kernel-times.js", "catalog/gpus.js");

/** Median and p90 of |interpolated - published| / published, in per cent. */
function errorsOf(rows, secOf) {
  const errors = rows.map((row) => Math.abs((secOf(row) * 1e6) / row.us - 1)).toSorted((a, b) => a - b);
  const quantile = (share) => (100 * errors[Math.floor(share * (errors.length - 1))]).toFixed(1);
  return [rows.length, quantile(0.5), quantile(0.9)];
}

/** Look-up of a row of each kind, and the rows that models of a billion or more weights have. */
const LOOK_UPS = {
  gemm: {
    secOf: ({ table, m, n, k }, gpu) => times.gemmSec({ gpu, precision: table, m, n, k }).sec,
    isUsual: ({ m, n, k }) => n >= 1024 && k >= 1024 && (m % 16 === 0 || m < 16),
  },
  context: {
    secOf: (row, gpu) => times.contextAttentionSec(attentionOf(row, gpu)).sec,
    isUsual: ({ tokens }) => tokens >= 512,
  },
  generation: {
    secOf: (row, gpu) => times.generationAttentionSec(attentionOf(row, gpu)).sec,
    isUsual: ({ tokens }) => tokens >= 512,
  },
  contextLatent: {
    secOf: (row, gpu) => times.contextLatentAttentionSec({ ...row, gpu, precision: row.table }).sec,
    isUsual: ({ tokens }) => tokens >= 512,
  },
  generationLatent: {
    secOf: (row, gpu) => times.generationLatentAttentionSec({ ...row, gpu, precision: row.table }).sec,
    isUsual: ({ tokens }) => tokens >= 512,
  },
  collective: {
    secOf: ({ table, gpus, bytes }, gpu) => times.collectiveSec({ gpu, op: table, bytes, gpus }).sec,
    isUsual: ({ bytes }) => bytes >= 2 ** 16,
  },
};

function attentionOf({ table, b, tokens, h, kv, d }, gpu) {
  const precision = table.split("-")[0];
  return { gpu, precision, batch: b, tokens, heads: h, kvHeads: kv, headDim: d };
}

const errorLines = [...measured].flatMap(([gpuId, byKind]) =>
  Object.entries(byKind).flatMap(([kind, all]) => {
    const { secOf, isUsual } = LOOK_UPS[kind];
    const look = (row) => secOf(row, findGpu(gpuId));
    return [...new Set(all.map(({ table }) => table))].map((table) => {
      const rows = all.filter((row) => row.table === table);
      const line = [kind, gpuId, table, ...errorsOf(rows, look), ...errorsOf(rows.filter(isUsual), look).slice(1)];
      console.log(line.join("  "));
      return `${line.join()}\n`;
    });
  }),
);

writeFileSync(
  join(TARGET, "errors.csv"),
  `# |interpolated - published| in per cent of the published time, over every row of the package that the tables cover;
# usual_*: n and k from 1024 and m that tiles; from 512 tokens; from 64 KiB
# ${PACKAGE}
kernel,gpu,table,rows,median,p90,usual_median,usual_p90
${errorLines.join("")}`,
);
