/** Measured cost of generated rows of a programme: of its last versions, or of pilots if nothing was sealed. */
export type MeasuredSynthesis = {
  /** Files with the record, relative to the programme folder. */
  files: readonly string[];
  /** Rows requested and rows kept, all syntheses together. */
  asked: number;
  kept: number;
  /** US dollars per kept row: dropped rows, failed attempts and judges included; the ends of an interval of 80 %. */
  usdPerKeptRow: { p10: number; p50: number; p90: number };
};
