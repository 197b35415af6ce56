/** Whether a stream may be coloured: a terminal whose person has not asked for none (NO_COLOR). */
export const hasColour = (stream: { isTTY?: boolean }, environment = process.env): boolean =>
  stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";

/** Whether the locale says that more than ASCII can be shown. */
export const isUnicode = (environment = process.env): boolean =>
  /utf-?8/i.test(environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "");

/** A text as a terminal without Unicode shows it. */
export const plainAscii = (text: string): string => text.replaceAll("×", "x");
