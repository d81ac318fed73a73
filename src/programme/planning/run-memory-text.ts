import type { RunMemory } from "../../domain/run-memory.ts";
import { adviceText } from "../../plan/advice/advice-text.ts";
import { memoryText, runLine } from "../../plan/run/training-text.ts";
import { traceComparisonText } from "../trace/trace-text.ts";

/** Text of a run's peak memory: the terms, the trace, and what fits. */
export function runMemoryText({ model, spec, gpu, memory, largest, remedies, trace }: RunMemory): string {
  return [
    `${runLine(model, spec, gpu)}\n`,
    memoryText(memory),
    ...traceComparisonText(trace),
    ...(memory.peak === null ? [] : ["", adviceText(largest, remedies, spec)]),
  ].join("\n");
}
