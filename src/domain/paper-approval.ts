import * as z from "zod";

/** Approval of a paper, and the approver. */
export const ApprovalRequest = z.strictObject({
  paper: z.string().min(1).describe("Name of the paper, such as dpia"),
  dir: z.string().default(".").describe("Programme folder"),
  by: z.string().min(1).max(200).describe("Person who approves it"),
  note: z.string().max(2000).default("").describe("Reason or condition"),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** The approval of a paper by a person. */
export const PaperApproval = z.strictObject({
  paper: z.string().describe("Name of the paper"),
  sha256: z.string().describe("SHA-256 over the template and the answers that were approved"),
  by: z.string().describe("Person who approved it"),
  at: z.string().describe("When, ISO 8601"),
  note: z.string().describe("Reason or condition"),
});
export type PaperApproval = z.infer<typeof PaperApproval>;

/** Approvals of a programme, oldest first: `approvals.json`. */
export const PaperApprovals = z.strictObject({ version: z.literal(1), approvals: z.array(PaperApproval) });
export type PaperApprovals = z.infer<typeof PaperApprovals>;
