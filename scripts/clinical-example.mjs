// Writes examples/clinical/data from the CSV files of MTS-Dialog (CC BY 4.0):
//   node scripts/clinical-example.mjs MTS-Dialog-TrainingSet.csv MTS-Dialog-ValidationSet.csv
// from https://github.com/abachaa/MTS-Dialog, commit 3ff0801933608d6f570468c13125125fb5cabdea, folder Main-Dataset.
// Each row becomes one prompt and completion. Rows that name a person or hold a full date are left out: an example
// of a scribe should carry no identifier, even if the source invented it.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { parse } from "csv-parse/sync";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "examples/clinical/data");

/** Section headers of the source, written out. */
const SECTIONS = {
  "FAM/SOCHX": "family and social history",
  GENHX: "history of present illness",
  PASTMEDICALHX: "past medical history",
  CC: "chief complaint",
  PASTSURGICAL: "past surgical history",
  ALLERGY: "allergies",
  ROS: "review of systems",
  MEDICATIONS: "medications",
  ASSESSMENT: "assessment",
  EXAM: "examination",
  DIAGNOSIS: "diagnosis",
  DISPOSITION: "disposition",
  PLAN: "plan",
  EDCOURSE: "emergency department course",
  IMMUNIZATIONS: "immunizations",
  IMAGING: "imaging",
  GYNHX: "gynecologic history",
  PROCEDURES: "procedures",
  OTHER_HISTORY: "other history",
  LABS: "laboratory results",
};

const NAMED = /\b(?:Dr|Mr|Mrs|Ms|Miss|Doctor|Nurse)\.? +[A-Z]/;
const DATED =
  /\b\d{1,2}\/\d{1,2}\/\d{2,4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) +(?:the +)?\d{1,2}/;
const ROLES = /\b(?:Doctor|Guest_clinician|Patient|Guest_family(?:_\d)?)(?=:)/g;

function convert(path, most) {
  const records = parse(readFileSync(path), { columns: true, bom: true, relax_column_count: true });
  const rows = [];
  let left = 0;
  for (const { section_header: header, section_text: note, dialogue } of records) {
    const text = `${note}\n${dialogue.replaceAll(ROLES, "")}`;
    if (NAMED.test(text) || DATED.test(text)) {
      left += 1;
      continue;
    }
    const section = SECTIONS[header.trim()] ?? header.trim().toLowerCase();
    const talk = dialogue.replaceAll("\r", "").replaceAll(/ +\n/g, "\n").trim();
    rows.push({
      prompt: `Write the section "${section}" of the note for this visit.\n\n${talk}\n\nNote:`,
      completion: ` ${note.trim()}`,
    });
  }
  process.stderr.write(
    `${path}: ${records.length} rows, ${left} left out for a name or a date, ${Math.min(most, rows.length)} written\n`,
  );
  return rows.slice(0, most);
}

const [training, validation] = process.argv.slice(2);
const write = (name, rows) => writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
write("train.jsonl", convert(training, 400));
write("eval.jsonl", convert(validation, 80));
