/** Default folder of the study, inside the programme folder. */
export const REPORT_FOLDER = "report";
