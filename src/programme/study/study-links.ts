/** Files next to a study that it links to, as seen from its folder. */
export type StudyLinks = { dataReport?: string | undefined };
