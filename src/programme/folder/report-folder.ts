/** Folder of the study inside the programme folder, where no other is named. */
export const REPORT_FOLDER = "report";
