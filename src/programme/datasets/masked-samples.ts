import { recognitionOf } from "../../curate/pii/operators/profiles.ts";
import { redactRow } from "../../curate/pii/operators/redact-row.ts";
import type { QualityResult } from "../../domain/quality.ts";
import { RedactOptions } from "../../domain/redact.ts";

/** The result with the personal data masked that the recognisers find in its samples and openings. */
export async function withMaskedSamples<Result extends Pick<QualityResult, "funnel" | "summary">>(
  result: Result,
): Promise<Result> {
  const options = RedactOptions.parse({ operators: { TITLE: "keep" } });
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  const masked = async (text: string): Promise<string> =>
    String((await redactRow({ id: "", source: "", line: 1, fields: { text } }, setup)).fields["text"]);
  const funnel = await each(result.funnel, async (stage) => ({
    ...stage,
    dropped: await each(stage.dropped, async (drop) => ({
      ...drop,
      samples: await each(drop.samples, async (sample) => ({
        ...sample,
        detail: sample.detail === null ? null : await masked(sample.detail),
        text: await masked(sample.text),
      })),
    })),
  }));
  const openings = await each(result.summary.openings, async (one) => ({ ...one, opening: await masked(one.opening) }));
  return { ...result, funnel, summary: { ...result.summary, openings } };
}

function each<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  return Promise.all(items.map(make));
}
