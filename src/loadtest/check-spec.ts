import { Failure } from "../base/failure.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";

/** Request fields that determine what is measured or what it may cost. */
const OWN_FIELDS = ["model", "messages", "prompt", "stream", "max_tokens", "max_completion_tokens", "n", "best_of"];

/** Fields that contain a key. */
const KEY_FIELD = /api[-_]?key|secret|password|authorization/i;

/**
 * Refuses settings that contradict each other.
 *
 * @throws Failure bad_input that names them
 */
export function checkSpec(spec: LoadTestSpec): void {
  const isSearch = spec.findCapacity;
  if (isSearch && spec.slo === undefined) {
    refuse("--find-capacity needs an SLO", "add --slo ttft=500,tpot=50 with your own limits");
  }
  if (isSearch && spec.mode !== "poisson" && spec.mode !== "constant") {
    refuse(`--find-capacity searches for a rate, but mode ${spec.mode} has none`, "omit --mode");
  }
  if (spec.mode === "trace" && spec.traceFile === undefined) {
    refuse("mode trace needs a trace", "add --trace-file FILE.jsonl with a timestamp in each row");
  }
  if (spec.mode !== "trace" && spec.traceFile !== undefined) {
    refuse(`--trace-file is not used by mode ${spec.mode}`, "add --mode trace");
  }
  if (spec.traceFile !== undefined && spec.prompts !== undefined) {
    refuse("--trace-file and --prompts are both files of prompts", "give one of them");
  }
  if (spec.rates !== undefined && spec.mode !== "sweep") {
    refuse(`--rates is not used by mode ${spec.mode}`, "add --mode sweep, or give --rate");
  }
  if (spec.warmup + spec.tail >= 1) {
    refuse(`--warmup ${spec.warmup} and --tail ${spec.tail} leave nothing to count`, "together they must stay below 1");
  }
  const secret = Object.keys(spec.extraBody).find((field) => KEY_FIELD.test(field));
  if (secret !== undefined) {
    refuse(
      `--extra-body contains ${secret}, but the body is part of the result`,
      "keys are only read from the environment: --api-key-env NAME",
    );
  }
  const taken = OWN_FIELDS.find((field) => field in spec.extraBody);
  if (taken !== undefined) {
    refuse(
      `--extra-body contains ${taken}, which the test itself sets`,
      "figures and limits depend on it: use its flag",
    );
  }
}

function refuse(message: string, hint: string): never {
  throw new Failure("bad_input", message, { hint });
}
