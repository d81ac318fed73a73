/**
 * Facts that published tables of served models omit and other pages state. The calibration knows it; `plan check`
 * judges every file as it stands. `npm run calibrate -- --serving` prints the bars with these facts and without.
 */
const SERVING_TABLE_FACTS = [
  {
    reference: /argonne-lcf/i,
    column: "gpu",
    written: /^a100$/i,
    is: "A100-40GB-SXM",
    because: "the A100s of Argonne's leadership facility are Polaris's, of 40 GB each (docs.alcf.anl.gov, Polaris)",
  },
  {
    reference: /vllm-cost-meter/i,
    column: "gpu",
    written: /^h100-80gb$/i,
    is: "H100-94GB-NVL",
    because: "its $6.98 an hour is Azure's NC40ads H100 v5, which has one H100 NVL",
  },
  {
    reference: /LambdaLabsML\/vllm-benchmark/i,
    column: "tpot_statistic",
    load: /prompts at once/i,
    is: "median inter-token latency",
    because:
      'benchmark_v0.md, "Metrics" and the table of 320 prompts (read 2026-11-25), prints the median gap between chunks; its other table prints the median TPOT',
  },
];

/** Rows of a file of serving measurements with the columns that their tables leave out or misname filled in. */
export function completedServingRows(rows) {
  return rows.map((row) => {
    const text = (column) => (row.fields[column] ?? "").trim();
    const fields = { ...row.fields };
    for (const { reference, column, written, load, is } of SERVING_TABLE_FACTS) {
      if (!reference.test(text("source_ref")) || load?.test(text("concurrency")) === false) continue;
      const count = /^\d+ ?[x×*] ?/.exec(text(column))?.[0] ?? "";
      if (written === undefined) fields[column] = is;
      else if (written.test(text(column).slice(count.length))) fields[column] = `${count}${is}`;
    }
    return { ...row, fields };
  });
}
