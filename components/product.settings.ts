import { z } from "zod";
import { Email, Region, RepositoryName, text } from "./internal/values.ts";

const ProductName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,23}$/,
  "must be 2 to 24 lower-case letters, digits and single hyphens, with a letter first, such as tinkertools",
);

/** What the whole stack is about. */
export const ProductSettings = z.strictObject({
  /** Start of every name that the stack gives, `tinkertools`. */
  name: ProductName,
  /**
   * The name that the product had when its stacks were made. What the platforms call its parts stays as it was, and the
   * engine knows every resource again.
   * @default - it never had another one
   */
  formerName: ProductName.optional(),
  /** GitHub repository that the product is built from and delivered by. */
  repository: RepositoryName,
  /** Region of the app; network and database are put into the data centre beside it. */
  region: Region.default("nyc"),
  /** Who answers for the product. */
  contact: Email.optional(),
});
export type ProductSettings = z.output<typeof ProductSettings>;
