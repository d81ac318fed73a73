/** Files next to a study that it links to, relative to its folder. */
export type StudyLinks = { dataReport?: string | undefined };
