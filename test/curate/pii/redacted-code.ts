import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactRow } from "../../../src/curate/pii/operators/redact-row.ts";
import { type PiiProfile, RedactOptions } from "../../../src/domain/redact.ts";

/** The fields of a row after redaction. */
export async function redactedFields(fields: Record<string, unknown>, profile: PiiProfile = "default") {
  const options = RedactOptions.parse({ profile });
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  return (await redactRow({ id: "r", source: "s", line: 1, fields }, setup)).fields;
}

/** A row in fields of its own, and one in a chat with a fenced block. */
export function rowsWith(prompt: string, code: string): Record<string, unknown>[] {
  const answer = `Here it is:\n\n\`\`\`python\n${code}\n\`\`\`\nAsk me if anything is unclear.`;
  return [
    { prompt, response: code },
    {
      messages: [
        { role: "user", content: prompt },
        { role: "assistant", content: answer },
      ],
    },
  ];
}
