import * as z from "zod";

/** Roles of an account, from least to most permission; `annotator`, `finance` and `auditor` are outside that order. */
export const Role = z
  .enum(["viewer", "annotator", "engineer", "finance", "auditor", "admin"])
  .describe(
    "viewer: reads; annotator: labels, sees nothing else; engineer: reads, logs, trains, labels; finance: reads money and runs but no prompts, rows, artifacts or logs; sets budgets, imports bills; auditor: reads, and sees who has an account; admin: everything",
  );
export type Role = z.infer<typeof Role>;

/** Name of an account. */
export const AccountName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u, "expected letters, digits, spaces, dots, dashes and @; at most 64")
  .describe("Letters, digits, spaces, dots, dashes and @, at most 64");

/** An account, without its token. */
export const Account = z.strictObject({
  name: AccountName,
  role: Role,
  createdAt: z.iso.datetime().describe("When it was created"),
  tokenUntil: z.iso
    .datetime()
    .nullable()
    .describe("When its token expires; null if it has no token or the token was revoked"),
  sessions: z.int().min(0).describe("Number of browsers that are signed in"),
});
export type Account = z.infer<typeof Account>;

/** All accounts, by name. */
export const AccountList = z.strictObject({ accounts: z.array(Account).describe("Accounts, by name") });
export type AccountList = z.infer<typeof AccountList>;

/** Lifetime of a token in days. */
export const TokenDays = z.int().min(1).max(3650).default(365).describe("Days until the token expires");

/** A new account. */
export const NewAccount = z.strictObject({ name: AccountName, role: Role, days: TokenDays });
export type NewAccount = z.infer<typeof NewAccount>;

/** A token, shown once: only its hash is stored. */
export const IssuedToken = z.strictObject({
  account: Account,
  token: z.string().describe("The token, shown only once: only its hash is stored"),
});
export type IssuedToken = z.infer<typeof IssuedToken>;

/** The account that sends a request. */
export const SignedIn = z.strictObject({
  name: z.string().nullable().describe("Name of the account; null if nobody is signed in"),
  role: Role.nullable().describe("Role of the account; null if nobody is signed in and an account is required"),
  needsAccount: z.boolean().describe("Whether the server answers only requests with an account"),
});
export type SignedIn = z.infer<typeof SignedIn>;
