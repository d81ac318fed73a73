import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import type { Prompt } from "./prompt-source.ts";

/** The body of a request as JSON bytes. It requests a stream with usage at its end. Additional fields override ours. */
export function requestBody(
  { content, maxTokens }: Prompt,
  spec: Pick<LoadTestSpec, "maxTokensField" | "ignoreEos" | "extraBody">,
  model: string,
): Uint8Array {
  const body = {
    model,
    ...content,
    [spec.maxTokensField]: maxTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(spec.ignoreEos ? { ignore_eos: true } : {}),
    ...spec.extraBody,
  };
  return Buffer.from(JSON.stringify(body), "utf8");
}
