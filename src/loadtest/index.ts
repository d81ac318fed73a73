/**
 * `tunewright/loadtest`: an open-loop load test of an OpenAI-compatible endpoint. It sends requests only to the address
 * that you specify.
 */
export { LoadTestSpec } from "../domain/loadtest-spec.ts";
export { checkSpec } from "./check-spec.ts";
export { describeEndpoint } from "./describe-endpoint.ts";
export { loadTestText } from "./loadtest-text.ts";
export { rebuildResult } from "./rebuild-result.ts";
export { runLoadTest, type LoadTestOptions } from "./run-loadtest.ts";
