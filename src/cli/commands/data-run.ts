import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { shownPath } from "../../base/shown-path.ts";
import { ExecutorName, PipelineRun } from "../../domain/data-pipeline.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; this one where left out"),
  out: z
    .string()
    .min(1)
    .optional()
    .describe(
      "JSONL file for the rows that come through all stages; curated.jsonl in the folder where left out. With a split one file a part: curated.train.jsonl, curated.test.jsonl",
    ),
  executor: ExecutorName.default("threads").describe("Where shards are worked on; the result is the same"),
  workers: z.int().min(1).max(256).optional().describe("Workers at once; as many as cores, up to 8, where left out"),
  shardRows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(8192)
    .describe("Rows that are worked on at once; another number gives the same rows and artefacts of other names"),
  store: z
    .string()
    .regex(/^s3:\/\/[^/]/, "expected s3://bucket/prefix")
    .optional()
    .describe(
      "Keep artefacts in an S3-compatible bucket, as s3://BUCKET/PREFIX; server and keys by the AWS_* variables. The programme folder where left out",
    ),
  stopAfter: z.string().min(1).optional().describe("Last stage to run, read included; all where left out"),
});

/** `tunewright data run`: the rows of a programme through its stages. */
export default defineCommand({
  description:
    "Take the rows of a programme through the stages of data.pipeline in programme.yaml. What each stage made is kept in .tunewright/artefacts under the hash of its rows, options and version: what has not changed is not made again, and after a crash the next run makes what is missing, to the same bytes.",
  args: ["dir"],
  options: Options,
  output: PipelineRun,
  examples: [
    "data run curation",
    "data run curation --stop-after trainable",
    "data run curation --executor processes --workers 2",
  ],
  run: async (io, { dir, out, shardRows, ...options }) => {
    const { agreeToJudge } = await import("../../programme/data-run/stated-judge.ts");
    const { dataRun } = await import("../../programme/data-run/data-run.ts");
    const { estimateText, pipelineText } = await import("../../curate/pipeline/pipeline-text.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { SHARD_SIZE } = await import("../../curate/pipeline/reading/stage-shards.ts");
    const { judgeEnding } = await import("../../curate/judge/judge-text.ts");
    const run = await dataRun(resolve(io.cwd, dir), {
      ...options,
      judge: { env: io.env, untilInterrupted: io.untilInterrupted, agree: (plan) => agreeToJudge(io, plan) },
      shardSize: { ...SHARD_SIZE, rows: shardRows },
      out: out === undefined ? undefined : resolve(io.cwd, out),
      mayReplace: (path, standing) => {
        const what =
          standing === "changed" ? "was changed since this pipeline wrote it" : "was not written by this pipeline";
        return io.confirm(`${shownPath(path, io.cwd)} ${what}. Replace it?`);
      },
      mayGoOn: (place, { detail }) => io.confirm(`${place}: ${detail}. Go on?`),
      rayAddress: io.env["RAY_API_SERVER_ADDRESS"],
      hubCache: hubCacheOf(io.env),
      now: io.now,
      onEstimate: (estimate) => {
        io.note(estimateText(estimate));
        if (estimate.diskBytes > estimate.freeDiskBytes) io.note("warning: the disk may not hold what the stages make");
      },
      onProgress: (stage, fraction) => io.progress(stage, fraction),
    });
    for (const warning of run.warnings) io.note(`warning: ${warning}`);
    const judged = run.judged.map((each) => ({ ...each, answers: shownPath(each.answers, io.cwd) }));
    const { method, tokenizer } = run.tokens;
    const tokens = { ...run.tokens, tokenizer: method === "tokenizer" ? shownPath(tokenizer, io.cwd) : tokenizer };
    const parts = run.parts.map((each) => ({ ...each, path: shownPath(each.path, io.cwd) }));
    const shown = { ...run, dir, tokens, judged, parts, out: run.out === null ? null : shownPath(run.out, io.cwd) };
    const ended = judged.map(judgeEnding).find((each) => each !== undefined);
    const empty = run.stages.find(({ rowsKept }) => rowsKept === 0);
    return {
      json: shown,
      text: () => pipelineText(shown),
      ...(empty !== undefined
        ? { failed: `no row came through ${empty.stage}` }
        : parts[0]?.rows === 0
          ? { failed: "the split left no row to train on" }
          : {}),
      ...(ended === undefined ? {} : { ended }),
      next: commandLine(["data", "lineage", ...(dir === "." ? [] : [dir])]),
    };
  },
});
