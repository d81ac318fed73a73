import type { ServeRun } from "../serve/serve-run.ts";
import type { ServingEngine } from "./serving-engine.ts";

/** From this month on, daily builds of TensorRT-LLM are of 1.1 or later. */
const TENSORRT_LLM_1_1 = "2025-10";

/** The version class of an engine (`ENGINE_FACTS`); undefined if the row does not state it, which means the newest. */
export function servingEra(engine: ServingEngine): ServeRun["engineEra"] {
  const isOld = engine.dated !== undefined && engine.dated < "2025";
  switch (engine.name) {
    case "vllm":
      return vllmEra(engine.version) ?? (isOld ? "2024" : undefined);
    case "tensorrt-llm":
      return tensorRtEra(engine, isOld);
    default:
      return undefined;
  }
}

/** Version class of vLLM. The V1 engine is the default from 0.8; the API server left the engine's process in 0.6. */
function vllmEra(version: ServingEngine["version"]): ServeRun["engineEra"] {
  if (version === undefined) return undefined;
  const [major, minor] = version;
  return major > 0 || minor >= 8 ? "v1" : minor >= 6 ? "v0" : "2024";
}

/**
 * Version class of TensorRT-LLM. The PyTorch backend came with 0.17. A row that states TensorRT's own version is from
 * NVIDIA's harness, which compiles engines ahead of time.
 */
function tensorRtEra({ version, dated, form }: ServingEngine, isOld: boolean): ServeRun["engineEra"] {
  if (form === "harness") return "in-process";
  if (form === "development") return "1.1";
  if (version === undefined) {
    if (isOld || form === "nemo") return "2024";
    return dated !== undefined && dated >= TENSORRT_LLM_1_1 ? "1.1" : "1.0";
  }
  const [major, minor] = version;
  if (major === 0 && minor < 17) return "2024";
  return major > 1 || (major === 1 && minor >= 1) ? "1.1" : "1.0";
}
