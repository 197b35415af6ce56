import { z } from "zod";
import { RepositoryName } from "./internal/git-values.ts";
import { Email, Region, text } from "./internal/values.ts";

const ProductName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,23}$/,
  "must be 2 to 24 lower-case letters, digits and single hyphens, with a letter first, such as tinkertools",
).meta({ examples: ["tinkertools"] });

/** What the whole stack is about. */
export const ProductSettings = z.strictObject({
  name: ProductName.describe("Start of every name that the stack gives, `tinkertools`."),
  formerName: ProductName.optional().describe(
    "The name that the product had when its stacks were made. What the platforms call its parts stays as it was, and the engine knows every resource again. Default: it never had another one.",
  ),
  repository: RepositoryName.describe("GitHub repository that the product is built from and delivered by."),
  region: Region.default("nyc").describe(
    "Region of the app; network and database are put into the data centre beside it.",
  ),
  isProtected: z
    .boolean()
    .optional()
    .describe(
      "Whether what holds data is protected from deletion, outlives the stack and has to meet the rules of production. Default: true where the stack's name says production, prod, prd or live, false elsewhere.",
    ),
  contact: Email.optional().describe("Who answers for the product."),
});
export type ProductSettings = z.output<typeof ProductSettings>;
