/** File of a programme folder with facts that only people know. */
export const ANSWERS_FILE = "compliance.yaml";
