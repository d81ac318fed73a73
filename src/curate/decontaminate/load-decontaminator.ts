import { Failure } from "../../base/failure.ts";
import type { DecontaminateOptions } from "../../domain/decontaminate.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { sourceNames } from "../pipeline/source-names.ts";
import type { Benchmark } from "./benchmark.ts";
import { parseBenchmarkSpec } from "./benchmark-fields.ts";
import { type Decontaminator, decontaminator, VECTOR_FIELD } from "./decontaminator.ts";
import { readBenchmark } from "./read-benchmark.ts";
import { readVerdicts } from "./verdicts.ts";

/** Files that the options name: benchmarks and verdicts. */
export function decontaminateFilesNamed({
  against,
  verdicts,
}: Pick<DecontaminateOptions, "against" | "verdicts">): string[] {
  return [...against.map((text) => parseBenchmarkSpec(text).path), ...(verdicts === undefined ? [] : [verdicts])];
}

/**
 * Reads the benchmarks and verdicts that options name, and indexes them.
 *
 * @throws Failure where one cannot be read or is named twice
 */
export async function loadDecontaminator(
  { against, verdicts, ...options }: DecontaminateOptions,
  { pathOf, limits }: { pathOf: (name: string) => string; limits?: Partial<ReadLimits> },
): Promise<{ benchmarks: Benchmark[]; hitsOf: Decontaminator }> {
  const specs = against.map(parseBenchmarkSpec).map(({ path, fields }) => ({ path: pathOf(path), fields }));
  const names = sourceNames(specs.map(({ path }) => path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Failure("bad_input", `${twice} is named twice`, {
      hint: "name each benchmark once, with all its fields",
    });
  }
  const vectorField = options.method === "embedding" ? (options.vectorField ?? VECTOR_FIELD) : undefined;
  const benchmarks: Benchmark[] = [];
  for (const [index, spec] of specs.entries())
    benchmarks.push(await readBenchmark({ ...spec, name: names[index]!, vectorField }, limits));
  const known = verdicts === undefined ? undefined : await readVerdicts(pathOf(verdicts));
  return { benchmarks, hitsOf: await decontaminator({ ...options, benchmarks, verdicts: known }) };
}
