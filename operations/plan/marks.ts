/** What stands for a secret. */
export const secretMark = "[secret]";

/** What stands for a value that the platform makes up. */
export const unknownMark = "[known after up]";

/** A digest that no image has: the settings name it until the first release. */
export const isPlaceholder = (digest: unknown): boolean => /^sha256:0{64}$/.test(String(digest));

/** What stands in the place of such a digest. */
export const notReleased = "nothing was released yet (a digest of zeros stands for it)";
