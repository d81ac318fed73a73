// Writes src/catalog/data/kernels/experts/ from the Python package that distil-kernels.mjs reads:
//   node scripts/distil-experts.mjs WHEEL
// One line for each layer with experts and each layout that was timed, at the kept token counts; microseconds to three
// digits. It then rebuilds dist/ and holds the interpolation against every published row of those layers (`errors.csv`
// next to the tables), and against each layer with the tables of all layers of its size left out.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { digits, MEASURED, PACKAGE, rebuilt, rowsOf, SYSTEMS, TARGET } from "./kernels/package.mjs";

const EXPERTS = join(TARGET, "experts");

const MXFP4 = ["w4a16_mxfp4", "w4a8_mxfp4_mxfp8"];

/** Names of a format in the package, and the engines whose kernels stand for it, the first that timed it on a system. */
const FORMATS = {
  bf16: { names: ["bfloat16"], engines: () => ["sglang", "vllm", "trtllm"] },
  fp8: { names: ["fp8", "fp8_block"], engines: () => ["trtllm", "vllm", "sglang"] },
  nvfp4: { names: ["nvfp4"], engines: () => ["trtllm", "vllm", "sglang"] },
  // vLLM's Triton kernels on Hopper, where TensorRT-LLM has its own; on Blackwell TensorRT-LLM's, which vLLM calls too.
  mxfp4: {
    names: MXFP4,
    engines: (system) => (/^[bg]b?\d/.test(system) ? ["trtllm", "vllm"] : ["vllm", "trtllm"]),
  },
  "mxfp4-tensorrt-llm": { names: MXFP4, engines: (system) => (/^h\d/.test(system) ? ["trtllm"] : []) },
};

/** Token counts that are kept; a layer that was timed at fewer of them is not. */
const FEWEST_NODES = 5;
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384];
const WIDTHS = "((moe_ep_size = 1 and moe_tp_size in (1, 2, 4, 8)) or (moe_tp_size = 1 and moe_ep_size in (2, 4, 8)))";
const LAYER = ["hidden", "mlp", "active", "total", "split", "spread"];

/** Rows of one format by the first engine that timed it; the fastest of its versions and kernels, as an engine takes it. */
async function expertRows(system, { names, engines }) {
  for (const engine of engines(system)) {
    const folder = join(MEASURED, system, "moe", engine);
    if (!existsSync(folder)) continue;
    const paths = readdirSync(folder).map((version) => join(folder, version, "moe_perf.parquet"));
    const files = paths.filter((path) => existsSync(path)).map((path) => `'${path}'`);
    const list = names.map((name) => `'${name}'`).join();
    const rows = await rowsOf(
      `select hidden_size::int hidden, inter_size::int mlp, topk::int active, num_experts::int total,
              moe_tp_size::int split, moe_ep_size::int spread, num_tokens::int tokens, min(latency) * 1000 us
       from read_parquet([${files.join(",")}], union_by_name = true)
       where distribution = 'power_law_1.01' and moe_dtype in (${list}) and ${WIDTHS} group by all`,
    );
    if (rows.length > 0) return { engine, rows };
  }
  return { engine: undefined, rows: [] };
}

function linesOf(format, rows) {
  const lines = new Map();
  for (const row of rows) {
    const key = LAYER.map((name) => row[name]).join();
    lines.set(key, (lines.get(key) ?? new Map()).set(row.tokens, row.us));
  }
  return [...lines]
    .filter(([, cells]) => TOKENS.filter((node) => cells.has(node)).length >= FEWEST_NODES)
    .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([key, cells]) =>
      [format, key, ...TOKENS.map((node) => (cells.has(node) ? digits(cells.get(node)) : ""))].join(),
    );
}

mkdirSync(EXPERTS, { recursive: true });
const measured = [];
for (const [gpu, system] of Object.entries(SYSTEMS)) {
  if (gpu === "RTX-PRO-6000-Server") continue; // its stand-in answers for its experts
  const lines = [];
  const engines = [];
  for (const [format, names] of Object.entries(FORMATS)) {
    const { engine, rows } = await expertRows(system, names);
    if (engine === undefined) continue;
    engines.push(`${format} ${engine}`);
    lines.push(...linesOf(format, rows));
    measured.push({ gpu, format, rows });
  }
  const note = `Routed experts of one layer, us by tokens of all GPUs; each expert over \`split\` GPUs, all experts over \`spread\``;
  const head = `# ${note}; power law 1.01; ${engines.join(", ")}\n# ${PACKAGE}, systems/data/${system}/moe\n`;
  writeFileSync(
    join(EXPERTS, `${gpu}.csv`),
    `${head}${["table", ...LAYER, ...TOKENS].join()}\n${lines.map((line) => `${line}\n`).join("")}`,
  );
}

const [{ expertsSec }, { findGpu }] = await rebuilt("catalog/kernel-experts.js", "catalog/gpus.js");

const quantile = (values, share) => (100 * values[Math.floor(share * (values.length - 1))]).toFixed(1);

/** Rows, median and p90 of |interpolated - published| / published, per cent. */
function errorsOf(rows, ask) {
  const errors = rows
    .filter(({ tokens }) => tokens <= 16384)
    .map((row) => Math.abs((expertsSec({ ...row, ...ask(row) }) * 1e6) / row.us - 1))
    .filter((error) => !Number.isNaN(error))
    .toSorted((a, b) => a - b);
  return [errors.length, quantile(errors, 0.5), quantile(errors, 0.9)];
}

const lines = measured.map(({ gpu: id, format, rows }) => {
  const gpu = findGpu(id);
  const own = errorsOf(rows, () => ({ gpu, format }));
  const unseen = errorsOf(rows, ({ hidden, mlp, total }) => ({ gpu, format, except: { hidden, mlp, total } })).slice(1);
  const line = [id, format, ...own, ...unseen].join();
  console.log(line);
  return `${line}\n`;
});
writeFileSync(
  join(EXPERTS, "errors.csv"),
  `# |interpolated - published| in per cent of the published time, over every row up to 16,384 tokens;
# unseen_*: with every table of the same hidden and expert width and number of experts left out
# ${PACKAGE}
gpu,table,rows,median,p90,unseen_median,unseen_p90
${lines.join("")}`,
);
