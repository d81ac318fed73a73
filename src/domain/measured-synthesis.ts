/** Measured cost of the generated rows of a programme: of its last versions, or of pilots if no version was frozen. */
export type MeasuredSynthesis = {
  /** Files with the record, relative to the programme folder. */
  files: readonly string[];
  /** Rows requested and rows kept, over all syntheses. */
  asked: number;
  kept: number;
  /** US dollars per kept row, including dropped rows, failed attempts and judges, with the ends of an 80 % interval. */
  usdPerKeptRow: { p10: number; p50: number; p90: number };
};
