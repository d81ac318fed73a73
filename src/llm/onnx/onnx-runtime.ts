import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Failure } from "../../base/failure.ts";

/**
 * The part of onnxruntime-node that is used. The user installs it, because it is too large to be a dependency of this
 * package.
 */
type Runtime = {
  InferenceSession: { create: (path: string, options: object) => Promise<Session> };
  Tensor: new (type: "int64", data: BigInt64Array, dims: readonly number[]) => unknown;
};

type Session = {
  inputNames: readonly string[];
  outputNames: readonly string[];
  run: (feeds: Record<string, unknown>) => Promise<Record<string, { data: unknown; dims: readonly number[] }>>;
};

/**
 * Output of a model for a batch of inputs: for each input, tokens times columns, row by row, or a single row for the
 * complete input.
 */
export type OutputsOf = (inputs: readonly (readonly number[])[]) => Promise<Float32Array[]>;

/** Outputs that a model must have. */
export type WantedOutput = {
  /** Names of the output; the first that exists is used, otherwise the model's first output. */
  names: readonly string[];
  /** Number of values per token; undefined if any number is accepted. */
  columns?: number | undefined;
  /** Purpose of the model, as in "export the model for token classification". */
  purpose: string;
};

const PACKAGE = "onnxruntime-node";

/**
 * Loads weights into ONNX Runtime, on the CPU with one thread, because workers run in parallel.
 *
 * @throws Failure outside if the runtime is not installed; bad_input if the weights cannot be loaded
 */
export async function loadWeights(
  weights: string,
  { padId, wanted }: { padId: number; wanted: WantedOutput },
): Promise<OutputsOf> {
  const runtime = await importRuntime(weights);
  let session: Session;
  try {
    session = await runtime.InferenceSession.create(weights, {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new Failure("bad_input", `${weights}: ONNX Runtime cannot load it: ${messageOf(error)}`, {
      hint: "export the model to ONNX again, or download it again",
    });
  }
  const known = ["input_ids", "attention_mask", "token_type_ids"];
  const strange = session.inputNames.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new Failure("bad_input", `${weights}: needs the input ${strange}, expected ${known.join(", ")}`, {
      hint: `export the model for ${wanted.purpose}, with only these inputs`,
    });
  }
  return async (inputs) => {
    const width = Math.max(...inputs.map(({ length }) => length));
    const filled = (value: (id: number | undefined) => number): unknown => {
      const data = new BigInt64Array(inputs.length * width);
      for (const [row, ids] of inputs.entries())
        for (let index = 0; index < width; index++) data[row * width + index] = BigInt(value(ids[index]));
      return new runtime.Tensor("int64", data, [inputs.length, width]);
    };
    const feeds: Record<string, () => unknown> = {
      input_ids: () => filled((id) => id ?? padId),
      attention_mask: () => filled((id) => (id === undefined ? 0 : 1)),
      token_type_ids: () => filled(() => 0),
    };
    const out = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!()])));
    const name = wanted.names.find((known) => session.outputNames.includes(known)) ?? session.outputNames[0]!;
    return rowsOf(out[name]!, { inputs, width, wanted, weights });
  };
}

function rowsOf(
  { data, dims }: { data: unknown; dims: readonly number[] },
  {
    inputs,
    width,
    wanted,
    weights,
  }: { inputs: readonly (readonly number[])[]; width: number; wanted: WantedOutput; weights: string },
): Float32Array[] {
  const columns = wanted.columns ?? dims.at(-1)!;
  if (!(data instanceof Float32Array) || dims.at(-1) !== columns) {
    const what = wanted.columns === undefined ? "32-bit numbers" : `one 32-bit number for each of ${columns} labels`;
    throw new Failure("bad_input", `${weights}: its output is not ${what}`, {
      hint: `export the model for ${wanted.purpose}, in 32 bits`,
    });
  }
  if (dims.length === 2) return inputs.map((_input, row) => data.subarray(row * columns, (row + 1) * columns));
  return inputs.map(({ length }, row) => data.subarray(row * width * columns, (row * width + length) * columns));
}

/**
 * The runtime installed next to this package, otherwise in the working folder, otherwise in a folder above the model.
 */
async function importRuntime(weights: string): Promise<Runtime> {
  const from = (file: string): Promise<unknown> => import(pathToFileURL(createRequire(file).resolve(PACKAGE)).href);
  const tries = [
    () => import(PACKAGE) as Promise<unknown>,
    async () => from(join(process.cwd(), "here.js")),
    async () => from(resolve(weights)),
  ];
  let problem = "";
  for (const load of tries) {
    try {
      const module = (await load()) as Partial<Runtime> & { default?: Runtime };
      return module.InferenceSession === undefined ? module.default! : (module as Runtime);
    } catch (error) {
      problem = messageOf(error);
    }
  }
  throw new Failure("outside", `a local model needs the package ${PACKAGE}, which is not installed (${problem})`, {
    hint: `npm install ${PACKAGE}`,
  });
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
