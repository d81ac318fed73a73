/** A row or a document from which rows are made. */
export type SynthesisSource = {
  /** File and line, such as `faq.jsonl:12`. */
  place: string;
  /** `prompt` and `answer` of a row, or `passage` of a document. */
  texts: Readonly<Record<string, string>>;
};
