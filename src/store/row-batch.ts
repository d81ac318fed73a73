/** Rows for one statement, as its only parameter: SQLite runs it once per row, prepared once. */
export class RowBatch {
  readonly rows: readonly (readonly unknown[])[];

  constructor(rows: readonly (readonly unknown[])[]) {
    this.rows = rows;
  }
}
