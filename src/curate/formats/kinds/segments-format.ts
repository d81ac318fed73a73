import { isObject } from "../json-value.ts";
import { type Content, type Fields, unsupportedKind, type RowFormat } from "../row-format.ts";

/**
 * Texts, each of which is trained or not, joined without a template: Axolotl's `{segments: [{label, text}]}`. Any row
 * can be read; only rows with an untrained prompt and a trained completion are written.
 *
 * @source Axolotl, docs/dataset-formats/template_free.qmd, "The input_output format", read 2026-11
 */
export const segmentsFormat: RowFormat = {
  name: "segments",
  detect: (row) =>
    partsOf(row) === undefined ? undefined : { score: 1, reasons: ['"segments" are a masked text and a trained text'] },
  read: (row) => {
    const parts = partsOf(row);
    if (parts === undefined) return 'there are no "segments" of a prompt and a completion';
    return { content: { kind: "completion", prompt: parts[0], completion: parts[1] }, style: {}, used: ["segments"] };
  },
  write: (content) => {
    const texts = textsOf(content);
    if (texts === undefined) return unsupportedKind(content, "segments");
    return {
      segments: [
        { label: false, text: texts[0] },
        { label: true, text: texts[1] },
      ],
    };
  },
};

function partsOf(row: Fields): [string, string] | undefined {
  const list = row["segments"];
  if (!Array.isArray(list) || list.length !== 2) return undefined;
  const [prompt, completion] = list as [unknown, unknown];
  if (!isObject(prompt) || !isObject(completion)) return undefined;
  const isPair = prompt["label"] === false && completion["label"] === true;
  return isPair && typeof prompt["text"] === "string" && typeof completion["text"] === "string"
    ? [prompt["text"], completion["text"]]
    : undefined;
}

function textsOf(content: Content): [string, string] | undefined {
  return content.kind === "completion" && typeof content.prompt === "string" && typeof content.completion === "string"
    ? [content.prompt, content.completion]
    : undefined;
}
