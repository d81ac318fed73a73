/** The text of a column of a measured row, trimmed; empty where it is not there. */
export type RowText = (column: string) => string;
