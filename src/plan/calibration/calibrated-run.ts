import type { Residual } from "../../domain/calibration.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { shardingOf } from "../layout/layout.ts";

/** Identity of a run, which determines how relevant a user's measurements of other runs are. */
export function calibratedRun({
  shape,
  spec,
  gpu,
}: {
  shape: { id: string };
  spec: RunSpec;
  gpu: Pick<Gpu, "id">;
}): NonNullable<Residual["run"]> {
  const { gpuCount, tensorParallel, pipelineParallel, contextParallel, expertParallel } = spec;
  const split = [tensorParallel, pipelineParallel, contextParallel, expertParallel].join("/");
  const { sequenceTokens, batchSequences, gradAccum, checkpointing, optimizer, lossPath, loraRank } = spec;
  return {
    model: shape.id,
    layout: `${gpuCount} ${gpu.id} ${shardingOf(spec)} ${split}`,
    setting: [sequenceTokens, batchSequences, gradAccum, checkpointing, optimizer, lossPath, loraRank].join(" "),
  };
}
