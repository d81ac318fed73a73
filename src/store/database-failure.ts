import { asSystemFailure } from "../base/atomic-write.ts";
import { Failure } from "../base/failure.ts";

/** Primary result codes of SQLite that a user can cause, with messages. @source sqlite.org/rescode.html */
const SQLITE: Readonly<Record<number, { kind: "outside" | "bad_input"; says: string; hint: string }>> = {
  5: {
    kind: "outside",
    says: "the database is locked by another process",
    hint: "end the other process, or retry",
  },
  8: { kind: "outside", says: "no write access to the database", hint: "check who owns the file and its folder" },
  10: { kind: "outside", says: "the disk of the database failed", hint: "check the disk, then retry" },
  11: { kind: "outside", says: "the database is corrupt", hint: "restore a backup" },
  13: {
    kind: "outside",
    says: "the disk of the database is full",
    hint: "free some space; nothing acknowledged was lost",
  },
  14: { kind: "outside", says: "the database cannot be opened", hint: "check the path and who owns it" },
  26: { kind: "bad_input", says: "this is not a SQLite database", hint: "name another folder, or move the file away" },
};

/** Network and login errors of PostgreSQL. */
const POSTGRES = /^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|28P01|28000|3D000|57P03|53300|53100)$/;

/**
 * Converts an error of a disk, a lock or a database server to a Failure; any other error (a bug) is returned unchanged.
 */
export function databaseFailure(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  // An error that occurs while rows are read has no code, only SQLite's message.
  const result = error.message === "database disk image is malformed" ? 11 : errcode;
  const sqlite = typeof result === "number" ? SQLITE[result % 256] : undefined;
  if (sqlite !== undefined) {
    return new Failure(sqlite.kind, `${sqlite.says}: ${where}`, { hint: sqlite.hint, cause: error });
  }
  if (typeof code === "string" && POSTGRES.test(code)) {
    return new Failure("outside", `the database ${where} failed: ${error.message || code}`, {
      hint: "check that it is running, that DATABASE_URL is correct and that its disk has space",
      cause: error,
    });
  }
  return asSystemFailure(error);
}
