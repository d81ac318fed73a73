import { strToU8 } from "fflate";

import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import { readWhole } from "../../../base/read-text.ts";
import type { AppliedRequirement } from "../../../domain/compliance.ts";
import type { PackClaim } from "../../../domain/compliance-pack.ts";
import { resolveInside } from "../../folder/resolve-inside.ts";
import { type ArchiveFile, MOST_BYTES } from "./pack-archive.ts";

/** A claim with its files. */
export type FiledClaim = { claim: PackClaim; files: ArchiveFile[] };

/**
 * The claim of a requirement: a page with the requirement, what was found and what is missing, and a copy of each
 * evidence file, in a separate folder.
 *
 * @param records contents of evidence that is not a file of the folder, by its name
 * @throws Failure if a file is missing or does not match its hash
 */
export async function claimOf(
  dir: string,
  requirement: AppliedRequirement,
  records: ReadonlyMap<string, string>,
): Promise<FiledClaim> {
  const { id, title, evidence } = requirement;
  const folder = `requirements/${id}`;
  const found = evidence.filter(({ state, ref }) => state !== "missing" && ref !== null);
  const refs = [...new Map(found.map(({ ref, sha256: hash }) => [ref!, hash])).entries()];
  const copies = await Promise.all(
    refs.map(async ([ref, hash]): Promise<ArchiveFile> => {
      const record = records.get(ref);
      const content =
        record === undefined
          ? await readWhole(await resolveInside(dir, ref), { maxBytes: MOST_BYTES, shown: ref })
          : strToU8(record);
      if (sha256(content) !== hash) {
        throw new Failure("outside", `${ref} changed while the pack was made`, { hint: "retry" });
      }
      return { path: `${folder}/${ref}`, content };
    }),
  );
  const files = [{ path: `${folder}/README.md`, content: strToU8(page(requirement)) }, ...copies];
  const stale = evidence.filter(({ state }) => state === "stale").length;
  const maybe = requirement.applies === "unknown" ? `may apply (depends on ${requirement.dependsOn.join(", ")}): ` : "";
  const claim = `${maybe}${found.length} of ${evidence.length} items of evidence are on file${stale === 0 ? "" : `, ${stale} of them out of date`}`;
  const missing = evidence.filter(({ state }) => state === "missing").map(({ artifact }) => artifact);
  return { claim: { id, title, claim, missing, files: files.map(({ path }) => path) }, files };
}

function page({
  id,
  title,
  framework,
  ref,
  summary,
  applies,
  from,
  verification,
  evidence,
  caveat,
}: AppliedRequirement): string {
  const day = from === null ? "" : ` from ${from}`;
  return [
    `# ${id}: ${title}`,
    "",
    `${framework}, ${ref}. Checked: ${verification}. Applies: ${applies}${day}. Not legal advice.`,
    "",
    summary,
    ...(caveat === "" ? [] : ["", `Caveat: ${caveat}`]),
    "",
    "Evidence:",
    ...evidence.map((item) => {
      const { artifact, state, ref: file, sha256: hash, detail } = item;
      const what = file === null ? `missing: ${artifact}` : `${state}: ${artifact}: ${file} (SHA-256 ${hash})`;
      return `- ${what}: ${detail}${datesOf(item)}`;
    }),
    "",
  ].join("\n");
}

function datesOf({
  collectedAt,
  validUntil,
  reviewer,
  askedFrom,
  due,
}: AppliedRequirement["evidence"][number]): string {
  return [
    collectedAt === null ? "" : `; recorded ${collectedAt}`,
    validUntil === null ? "" : `; valid until ${validUntil}`,
    reviewer === null ? "" : `; reviewed by ${reviewer}`,
    askedFrom === null ? "" : `; asked from ${askedFrom}, due ${due}`,
  ].join("");
}
