/**
 * Rows for one statement, passed as its only parameter. SQLite prepares the statement once and runs it for each row.
 */
export class RowBatch {
  readonly rows: readonly (readonly unknown[])[];

  constructor(rows: readonly (readonly unknown[])[]) {
    this.rows = rows;
  }
}
