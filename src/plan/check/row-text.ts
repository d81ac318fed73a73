/** The text of a column of a measured row, trimmed; empty if the column does not exist. */
export type RowText = (column: string) => string;
