/** What stands for a secret. */
export const secretMark = "[secret]";

/** What stands for a value that the platform makes up. */
export const unknownMark = "[known after up]";
