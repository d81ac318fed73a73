/** A file as a place lists it. */
export type StorageFile = { name: string; modifiedMs: number };

/** A file below a place: its name with the folders that it is in, separated by slashes. */
export type StoredFile = StorageFile & {
  bytes: number;
  /** What all names of one file have in common, and how many there are; undefined if a file has one name. */
  linked?: { id: string; names: number } | undefined;
};

/** A place for the files of one artefact; names have no folders. */
export type Storage = {
  /** Content of a file; undefined if it is not there. */
  read: (name: string) => Promise<Buffer | undefined>;
  /** Writes a file completely or not at all, over one that is there. Throws Failure outside where it cannot. */
  write: (name: string, content: string | Uint8Array) => Promise<void>;
  /** As `write`, but it may be lost in a crash of the machine until the next `write` has come back. */
  writeSoon: (name: string, content: Uint8Array) => Promise<void>;
  /** Makes a file the same as one in another place without its bytes going by; false if the place cannot. */
  copyFrom: (location: string, name: string) => Promise<boolean>;
  /** All files, those that a cut-off write left behind included; none if the place is not there. */
  list: () => Promise<StorageFile[]>;
  /** All files, those in folders too. */
  listBelow: () => Promise<StoredFile[]>;
  /** Removes a file, if it is there; a folder that is empty then goes too. */
  remove: (name: string) => Promise<void>;
};
