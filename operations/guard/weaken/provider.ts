import { isDeepStrictEqual } from "node:util";
import { namesSecret } from "../../../components/internal/secret-looks.ts";
import { refused, type Weakens } from "./weakening.ts";

/** A provider that speaks to another place, or as somebody else: its version and its credentials may change. */
export const providerWeakens: Weakens = (before, after) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((input) => input !== "version" && !namesSecret(input))
    .filter((input) => !isDeepStrictEqual(before[input], after[input]))
    .sort()
    .map((input) =>
      refused(
        input.replace(/^_+/, ""),
        `is told otherwise where it speaks to, or as whom: ${input}`,
        "keep the provider's settings; what belongs elsewhere is a stack of its own",
      ),
    );
