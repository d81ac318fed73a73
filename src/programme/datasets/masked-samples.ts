import { recognitionOf } from "../../curate/pii/operators/profiles.ts";
import { redactRow } from "../../curate/pii/operators/redact-row.ts";
import type { DedupResult } from "../../domain/dedup.ts";
import type { QualityResult } from "../../domain/quality.ts";
import { RedactOptions } from "../../domain/redact.ts";

/** The result with the personal data masked that the recognisers find in its samples and openings. */
export async function withMaskedSamples<Result extends Pick<QualityResult, "funnel" | "summary">>(
  result: Result,
): Promise<Result> {
  const masked = masker();
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

/** The result with the personal data masked in its samples of label conflicts and of rows that are written differently. */
export async function withMaskedDuplicates(result: DedupResult): Promise<DedupResult> {
  const masked = masker();
  const maskedOrNull = async (text: string | null): Promise<string | null> => (text === null ? null : masked(text));
  const conflicts = await each(result.conflicts.samples, async ({ prompt, rows }) => ({
    prompt: await masked(prompt),
    rows: await each(rows, async (row) => ({ ...row, answer: await maskedOrNull(row.answer) })),
  }));
  const differences = await each(result.writtenDifferently.samples, async ({ text, kept, ...row }) => ({
    ...row,
    text: await masked(text),
    kept: { ...kept, text: await maskedOrNull(kept.text) },
  }));
  return {
    ...result,
    conflicts: { ...result.conflicts, samples: conflicts },
    writtenDifferently: { ...result.writtenDifferently, samples: differences },
  };
}

/** Replaces the personal data in a text by names of entities. */
function masker(): (text: string) => Promise<string> {
  const options = RedactOptions.parse({ operators: { TITLE: "keep" } });
  const setup = { options, recognition: recognitionOf(options), key: undefined };
  return async (text) =>
    String((await redactRow({ id: "", source: "", line: 1, fields: { text } }, setup)).fields["text"]);
}

function each<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  return Promise.all(items.map(make));
}
