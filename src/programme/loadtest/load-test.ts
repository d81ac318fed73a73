import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { keyIn } from "../../base/secret.ts";
import { formatNumber } from "../../base/units.ts";
import type { LoadTestResult } from "../../domain/loadtest-result.ts";
import type { LoadTestSpec } from "../../domain/loadtest-spec.ts";
import type { LoadTestStart } from "../../domain/loadtest-start.ts";
import { loadPlan } from "../../loadtest/load-plan.ts";
import { loadText } from "../../loadtest/load-words.ts";
import { requestWriter } from "../../loadtest/request-writer.ts";
import { runLoadTest } from "../../loadtest/run-loadtest.ts";
import { statedSpec, type StatedSpec } from "./stated-spec.ts";
import { writeResult } from "./write-result.ts";

/** A completed or interrupted test, and the error that prevented its requests from being written, if any. */
export type LoadTested = { result: LoadTestResult; writeFailure: string | undefined };

/**
 * Measures an endpoint under load: reports what will be sent, asks for confirmation if it leaves this machine, sends
 * it, and writes the result if a folder is named.
 *
 * @param tool  name and version of the program, for the record
 * @throws Failure bad_input without consent; as `statedSpec`
 */
export async function loadTest(context: Context, start: LoadTestStart, tool: string): Promise<LoadTested> {
  const asked = await statedSpec(context, start);
  const apiKey = keyIn(context.env, { name: start.apiKeyEnv, flag: "--api-key-env" });
  await agree(context, asked.spec, apiKey === undefined ? undefined : start.apiKeyEnv);
  const tested = await measure(context, asked, { out: start.out, apiKey, tool });
  if (start.out !== undefined) await writeResult(context, start.out, tested.result);
  return tested;
}

/** Reports what will be sent, and asks for confirmation if it leaves this machine. */
async function agree(context: Context, spec: LoadTestSpec, keyName: string | undefined): Promise<void> {
  const { lines, isLoopback, target } = loadPlan(spec, keyName);
  for (const line of ["load test:", ...lines.map((text) => `  ${text}`)]) context.note(line);
  if (isLoopback || (await context.confirm("send this load?"))) return;
  throw new Failure(
    "bad_input",
    `${target} is not this machine; the load requires confirmation, pass --yes: ${lines.slice(1).join("; ")}`,
    {
      hint: "a load test of somebody else's endpoint is an attack; pass --yes if you may send it",
    },
  );
}

function measure(
  context: Context,
  { spec, priceSource }: StatedSpec,
  { out, apiKey, tool }: { out: string | undefined; apiKey: string | undefined; tool: string },
): Promise<LoadTested> {
  const { cwd } = context;
  return context.untilInterrupted(async (interrupted) => {
    const stop = new AbortController();
    interrupted.addEventListener("abort", () => stop.abort());
    let writeFailure: string | undefined;
    const writer =
      out === undefined
        ? undefined
        : await requestWriter(resolve(cwd, out), out, (failure) => {
            writeFailure = failure instanceof Error ? failure.message : "unknown";
            stop.abort(failure);
          });
    try {
      const result = await runLoadTest(spec, {
        apiKey,
        priceSource,
        signal: stop.signal,
        cwd,
        tool,
        onStart: (head) => writer?.begin(head),
        onRequest: (request) => writer?.add(request),
        onPoint: (point) => context.note(pointLine(point)),
      });
      return { result, writeFailure };
    } finally {
      await writer?.close();
    }
  });
}

function pointLine({ load, counts, outputTokensPerSec, countedBy }: LoadTestResult["points"][number]): string {
  const speed =
    outputTokensPerSec === null
      ? ""
      : `, ${formatNumber(outputTokensPerSec)} output ${countedBy === "usage" ? "tokens" : "chunks"}/s`;
  return `measured ${loadText(load)}: ${counts.ok} of ${counts.sent} answered${speed}`;
}
