import { Failure } from "../../base/failure.ts";
import type { DecontaminateOptions } from "../../domain/decontaminate.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import type { Benchmark } from "./benchmark.ts";
import { parseBenchmarkSpec } from "./benchmark-fields.ts";
import { decontaminator, type JudgedPairs, VECTOR_FIELD } from "./decontaminator.ts";
import { readBenchmark } from "./read-benchmark.ts";
import type { DecontaminateSetup } from "./template-survey.ts";
import { readVerdicts, type Verdicts } from "./verdicts.ts";

/** Files named by the options: benchmarks and verdicts. */
export function decontaminateFilesNamed({
  against,
  verdicts,
}: Pick<DecontaminateOptions, "against" | "verdicts">): string[] {
  return [...against.map((text) => parseBenchmarkSpec(text).path), ...(verdicts === undefined ? [] : [verdicts])];
}

/**
 * Reads the benchmarks and verdicts named by the options and builds the index.
 *
 * @throws Failure if one cannot be read or is named twice
 */
export async function loadDecontaminator(
  { against, verdicts, ...options }: DecontaminateOptions,
  {
    pathOf,
    limits,
    judged,
  }: { pathOf: (name: string) => string; limits?: Partial<ReadLimits>; judged?: JudgedPairs | undefined },
): Promise<DecontaminateSetup & { known: Verdicts | undefined }> {
  const specs = against.map(parseBenchmarkSpec).map(({ path, fields }) => ({ path: pathOf(path), fields }));
  const names = sourceNames(specs.map(({ path }) => path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Failure("bad_input", `${twice} is listed twice`, {
      hint: "list each benchmark once, with all its fields",
    });
  }
  if (options.vectorField !== undefined && options.method !== "embedding") {
    const by = options.method === undefined ? "no method is set" : `the method is ${options.method}`;
    throw new Failure("bad_input", `the vectors in ${options.vectorField} are not used: ${by}`, {
      hint: "use the method embedding, or omit the vector field",
    });
  }
  const vectorField = options.method === "embedding" ? (options.vectorField ?? VECTOR_FIELD) : undefined;
  const benchmarks: Benchmark[] = [];
  for (const [index, spec] of specs.entries())
    benchmarks.push(await readBenchmark({ ...spec, name: names[index]!, vectorField }, limits));
  const known = verdicts === undefined ? undefined : await readVerdicts(pathOf(verdicts));
  const hitsOf = await decontaminator({ ...options, benchmarks, verdicts: known, judged });
  return { benchmarks, hitsOf, textFields: options.textFields, known };
}
