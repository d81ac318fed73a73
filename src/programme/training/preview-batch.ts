import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { percent } from "../../base/words.ts";
import { FirstBatch, type StartRequest, type TrainingPreflight } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import { checkTraining, plannedTraining, type StartPlace } from "./start-training.ts";

/** Timeout of the preparation of rows, ms; it tokenises all of them. */
const PREPARE_MS = 600_000;

const Printed = z.object({ first_batch: FirstBatch.nullable() });

/** The first batch, or the checks if one failed. */
export type PreviewedBatch = { batch: FirstBatch } | { preflight: TrainingPreflight };

/**
 * Shows the first rows of a run as its training library prepares them, with the tokens that count in the loss. The
 * weights are not loaded, and nothing is written.
 *
 * @throws Failure bad_input if the run has no such batch; outside if the library cannot prepare the rows
 */
export async function previewBatch(request: StartRequest, place: StartPlace): Promise<PreviewedBatch> {
  const preflight = await checkTraining(request, place);
  if (!preflight.ok) return { preflight };
  const { spec, found, config, target } = await plannedTraining(request, place);
  const engine = ENGINES[spec.engine];
  if (engine.preview === undefined || target.target.scheduler !== "local") {
    throw new Failure("bad_input", "the first batch is shown for runs of TRL on this machine", {
      hint: "name a file whose engine is trl and whose target is local",
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "tunewright-preview-"));
  try {
    await atomicWrite(join(folder, "config.json"), JSON.stringify(config));
    await engine.copyLauncher(folder, config);
    const [program = "", ...argv] = engine.preview({ python: found.python, folder });
    const env = { ...place.env, HF_HUB_OFFLINE: "1", HF_DATASETS_CACHE: join(folder, "cache") };
    const { stdout } = await promisify(execFile)(program, argv, { timeout: PREPARE_MS, maxBuffer: 2 ** 26, env });
    const { first_batch: batch } = Printed.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
    if (batch !== null) return { batch };
    throw new Failure("bad_input", `${request.file} marks no tokens`, { hint: "only method sft does" });
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    const { stderr = "" } = error as { stderr?: string };
    const last = stderr.split("\n").findLast((line) => line.trim() !== "");
    throw new Failure("outside", `the training library could not prepare the rows: ${last ?? error.message}`, {
      hint: "tunewright train doctor",
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows as text, with ⟦ and ⟧ around the parts that count in the loss. */
export function batchText({ rows, tokens, counted }: FirstBatch): string {
  const lines = rows.map(
    (row, index) => `row ${index + 1}\n${row.map(({ text, counts }) => (counts ? `⟦${text}⟧` : text)).join("")}`,
  );
  const share = percent(tokens === 0 ? 0 : counted / tokens);
  const summary = `${counted} of ${tokens} tokens count in the loss (${share}): those between ⟦ and ⟧`;
  return `${lines.join("\n\n")}\n\n${summary}`;
}
