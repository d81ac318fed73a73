import * as z from "zod";

/** What somebody may do, from least to most; `annotator`, `finance` and `auditor` stand apart. */
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

/** Somebody with an account. */
export const Account = z.strictObject({
  name: AccountName,
  role: Role,
  createdAt: z.iso.datetime().describe("When it was created"),
  tokenUntil: z.iso
    .datetime()
    .nullable()
    .describe("Until when its token works; null where it has none, or it was revoked"),
  sessions: z.int().min(0).describe("Browsers that are signed in"),
});
export type Account = z.infer<typeof Account>;

/** Every account, by name. */
export const AccountList = z.strictObject({ accounts: z.array(Account).describe("Accounts, by name") });
export type AccountList = z.infer<typeof AccountList>;

/** How many days a token works. */
export const TokenDays = z.int().min(1).max(3650).default(365).describe("Days that the token works");

/** A new account. */
export const NewAccount = z.strictObject({ name: AccountName, role: Role, days: TokenDays });
export type NewAccount = z.infer<typeof NewAccount>;

/** A token, shown once: only its hash is stored. */
export const IssuedToken = z.strictObject({
  account: Account,
  token: z.string().describe("The token. It is shown once; only its hash is stored"),
});
export type IssuedToken = z.infer<typeof IssuedToken>;

/** Who a request comes from. */
export const SignedIn = z.strictObject({
  name: z.string().nullable().describe("Name of the account; null where nobody is signed in"),
  role: Role.nullable().describe("Its role; null where nobody is signed in and an account is needed"),
  needsAccount: z.boolean().describe("Whether the server answers accounts only"),
});
export type SignedIn = z.infer<typeof SignedIn>;
